"""The daemon: whether one works, and which lights are red."""

from console.doctor.examination import Case, Finding, remind, trouble, well
from crawler.clock import CHINA
from tracker import lease
from tracker.lights import red

START = "systemctl enable --now xunjian"


def daemon(case: Case) -> Finding:
    with case.database.reading() as session:
        held = lease.holder(session)
    if held is None:
        return remind("守护进程没有运行，不会自动巡检", f"请执行 {START}")
    since, heard = (f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" for at in (held.since, held.expires_at))
    if held.expires_at < case.clock.now():
        mend = "请查看 systemctl status xunjian 和 journalctl -u xunjian，再 systemctl restart xunjian"
        return trouble(f"守护进程 {held.holder} 自 {heard} 起没有消息", mend)
    return well(f"{held.holder}，自 {since} 起运行")


def lights(case: Case) -> Finding:
    """What the daemon itself has seen."""
    with case.database.reading() as session:
        lamps = red(session)
    if not lamps:
        return well("没有红灯")
    details = "；".join(f"{lamp.title}（{lamp.detail}）" for lamp in lamps)
    return trouble(f"红灯 {len(lamps)} 个：{details}", "处理办法见 README.zh-CN.md“部署为服务”的告警灯一节")
