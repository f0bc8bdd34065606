"""Counts the figures of a year again, from what `xunjian export ledger` wrote, without a line of the program's own.

    python docs/recount.py FOLDER 2025 [AS-OF]

prints a figure a line, such as 2025/site/家次<TAB>129. AS-OF: a day (its end) or a moment, in Asia/Shanghai if it does not say
otherwise; without it, the moment of the export. The SQL below is the definition of each figure; faults of the program's own
intake (operator) never count. That no link of the audit chain was changed is for `xunjian audit verify` to say: it takes hashes.
"""

import json
import sqlite3
import sys

READ = {
    "targets": ("id", "kind", "platform"),
    "standings": ("target", "state", "valid_from", "valid_to"),
    "visits": ("target", "day", "state"),
    "issues": ("id", "target", "check", "operator"),
    "moves": ("id", "issue", "at", "from", "to"),
    "notices": ("id", "unit", "dated", "signed_at", "withdrawn_at"),
    "items": ("notice", "issue", "target", "part"),
}
SQL = """
CREATE INDEX moves_of_issue ON moves (issue);
CREATE TABLE period AS SELECT :year || '-01-01' AS first, datetime(:as_of, '+8 hours') AS moment,
  MIN(:year || '-12-31', date(:as_of, '+8 hours')) AS last;
-- Moments in Asia/Shanghai, to the second: what follows it is cut off, or SQLite would round it up into the next year.
UPDATE moves SET at = datetime(substr(at, 1, 19) || substr(at, -6), '+8 hours');
UPDATE notices SET signed_at = datetime(substr(signed_at, 1, 19) || substr(signed_at, -6), '+8 hours'),
  withdrawn_at = datetime(substr(withdrawn_at, 1, 19) || substr(withdrawn_at, -6), '+8 hours');
-- Issues that notices name newly (new) or again: notices dated in the year, signed, and not withdrawn by the moment.
CREATE TABLE named AS
  SELECT t.kind, t.platform, i.target, i.notice, i.issue, i.part, n.unit, n.dated, s."check"
  FROM period p, items i JOIN notices n ON n.id = i.notice JOIN targets t ON t.id = i.target JOIN issues s ON s.id = i.issue
  WHERE i.part IN ('new', 'again') AND NOT s.operator AND n.dated BETWEEN p.first AND p.last
    AND n.signed_at <= p.moment AND (n.withdrawn_at IS NULL OR n.withdrawn_at > p.moment);
CREATE VIEW new AS SELECT * FROM named WHERE part = 'new';
-- Targets in notices that name nothing of theirs newly.
CREATE VIEW repeated AS SELECT kind FROM named GROUP BY kind, target, notice HAVING SUM(part = 'new') = 0;
-- Newly named issues, and where they stand: by the last of their moves up to the moment.
CREATE VIEW named_now AS SELECT DISTINCT new.kind, new.issue, (SELECT m."to" FROM moves m, period p
    WHERE m.issue = new.issue AND m.at <= p.moment ORDER BY m.id DESC LIMIT 1) AS state FROM new;
-- Moves of the year.
CREATE VIEW moved AS SELECT t.kind, m.issue, m."from", m."to" FROM period p, moves m
  JOIN issues s ON s.id = m.issue JOIN targets t ON t.id = s.target
  WHERE NOT s.operator AND date(m.at) BETWEEN p.first AND p.last AND m.at <= p.moment;
-- Targets that ran on some day of the year; an open end of a standing is empty.
CREATE VIEW running AS SELECT DISTINCT t.kind, t.id FROM standings s JOIN targets t ON t.id = s.target, period p
  WHERE s.state = 'running' AND p.first <= p.last
    AND COALESCE(s.valid_from, p.first) <= p.last AND COALESCE(s.valid_to, p.last) >= p.first;
CREATE VIEW visited AS SELECT t.kind, v.state FROM visits v JOIN targets t ON t.id = v.target JOIN period p
  ON v.day BETWEEN p.first AND p.last;
"""
FIGURES = {
    "监控对象": "COUNT(*) FROM running",
    "确认问题": """COUNT(DISTINCT issue) FROM moved
                  WHERE "to" = 'confirmed' AND "from" NOT IN ('rectified', 'waived', 'notified', 'replied')""",
    "问题反弹": "COUNT(*) FROM moved WHERE \"from\" = 'rectified' AND \"to\" = 'confirmed'",
    "报备": "COUNT(*) FROM moved WHERE \"to\" = 'waived'",
    "家次": "COUNT(DISTINCT target || ' ' || notice) FROM new",
    "再次通知家次": "COUNT(*) FROM repeated",
    "家": "COUNT(DISTINCT target) FROM new",
    "问题": "COUNT(DISTINCT issue) FROM new",
    "已整改（销号）": "COUNT(*) FROM named_now WHERE state = 'rectified'",
    "已整改（关停注销）": "COUNT(*) FROM named_now WHERE state = 'closed'",
    "已排除（误报）": "COUNT(*) FROM named_now WHERE state = 'dismissed'",
    "已报备暂不计": "COUNT(*) FROM named_now WHERE state = 'waived'",
    "整改中": "COUNT(*) FROM named_now WHERE state NOT IN ('rectified', 'closed', 'dismissed', 'waived')",
    "通知": "COUNT(DISTINCT notice) FROM named",
    "应检": "COUNT(*) FROM visited WHERE state IN ('visited', 'failed', 'due')",
    "已检": "COUNT(*) FROM visited WHERE state = 'visited'",
    "无法核验": "COUNT(*) FROM visited WHERE state = 'failed'",
    "未检": "COUNT(*) FROM visited WHERE state = 'due'",
    "报备免检": "COUNT(*) FROM visited WHERE state = 'excused'",
}
SPLITS = {"月": "0 + SUBSTR(dated, 6, 2)", "单位": "unit", "检查项": '"check"', "平台": "platform"}

folder, year, *as_of = sys.argv[1:] if len(sys.argv) in (3, 4) else sys.exit(__doc__)
with open(f"{folder}/manifest.json", encoding="utf-8") as file:  # noqa: PTH123 (as few modules as can be)
    manifest = json.load(file)
moment = as_of[0] if as_of else manifest["at"]
moment += "T23:59:59" if len(moment) == 10 else ""
moment += "+08:00" if moment[-6] not in "+-" and moment[-1] != "Z" else ""
db = sqlite3.connect("")
for table, columns in READ.items():
    db.execute(f"CREATE TABLE {table} ({', '.join(map(json.dumps, columns))})")
    with open(f"{folder}/{manifest['tables'][table]['file']}", encoding="utf-8") as lines:  # noqa: PTH123
        rows = ([row[name] for name in columns] for row in map(json.loads, lines))
        count = db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", rows).rowcount
    if max(count, 0) != manifest["tables"][table]["rows"]:
        sys.exit(f"{table} 有 {count} 行，清单写明 {manifest['tables'][table]['rows']} 行：请重新导出")
for statement in SQL.split(";\n"):
    db.execute(statement, {"year": year, "as_of": moment})
for name, counted in FIGURES.items():
    found = dict(db.execute(f"SELECT kind, {counted} GROUP BY kind"))
    for kind in ("site", "account"):
        print(f"{year}/{kind}/{name}\t{found.get(kind, 0)}")
    for word, by in SPLITS.items() if name in ("家次", "问题") else ():
        for kind, value, count in db.execute(f"SELECT kind, {by}, {counted} WHERE {by} <> '' GROUP BY 1, 2"):
            print(f"{year}/{kind}/{name}/{word}={value}\t{count}")
