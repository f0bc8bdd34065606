"""The template families by name."""

from demo.families.avalon import Avalon
from demo.families.base import Family
from demo.families.cards import Cards
from demo.families.gbk_table import GbkTable
from demo.families.hanweb import Hanweb
from demo.families.iframe import Iframe
from demo.families.jpaas import Jpaas
from demo.families.kaipu import Kaipu
from demo.families.tabs import Tabs
from demo.families.trs import Trs
from demo.families.vsb import Vsb
from demo.families.vue import Vue

FAMILIES: dict[str, Family] = {
    "avalon": Avalon(), "cards": Cards(), "gbk_table": GbkTable(), "hanweb": Hanweb(), "iframe": Iframe(),
    "jpaas": Jpaas(), "kaipu": Kaipu(), "tabs": Tabs(), "trs": Trs(), "vsb": Vsb(), "vue": Vue(),
}  # fmt: skip
