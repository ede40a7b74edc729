"""Shanghai's 16 districts: two subdistricts or towns, a road and a hospital of each."""

from typing import NamedTuple

from mock_services.appointments.places import District
from mock_services.shared.wire import Text, text


class Area(NamedTuple):
    """A district and the names its sites are made from."""

    district: District
    quarters: tuple[Text, Text]
    road: Text
    hospital: Text


def _both(words: str) -> Text:
    zh_cn, _, en = words.partition("|")
    return text(zh_cn, en)


def _area(  # noqa: PLR0913, PLR0917 - a row of a table
    code: str, zh_cn: str, en: str, quarters: tuple[tuple[str, str], tuple[str, str]], road: str, hospital: str
) -> Area:
    district = District(id=en.partition(" ")[0].lower(), code=code, name=text(f"{zh_cn}区", en))
    first, second = (text(*quarter) for quarter in quarters)
    return Area(district, (first, second), _both(road), _both(hospital))


AREAS: tuple[Area, ...] = (
    _area(
        "310101",
        "黄浦",
        "Huangpu District",
        (("外滩", "The Bund"), ("豫园", "Yuyuan")),
        "巨鹿路|Julu Road",
        "瑞金医院|Ruijin Hospital",
    ),
    _area(
        "310104",
        "徐汇",
        "Xuhui District",
        (("徐家汇", "Xujiahui"), ("田林", "Tianlin")),
        "南宁路|Nanning Road",
        "中山医院|Zhongshan Hospital",
    ),
    _area(
        "310105",
        "长宁",
        "Changning District",
        (("新华路", "Xinhua Road"), ("天山路", "Tianshan Road")),
        "长宁路|Changning Road",
        "同仁医院|Tongren Hospital",
    ),
    _area(
        "310106",
        "静安",
        "Jingan District",
        (("曹家渡", "Caojiadu"), ("大宁路", "Daning Road")),
        "秣陵路|Moling Road",
        "华山医院|Huashan Hospital",
    ),
    _area(
        "310107",
        "普陀",
        "Putuo District",
        (("曹杨新村", "Caoyang New Village"), ("长寿路", "Changshou Road")),
        "同普路|Tongpu Road",
        "普陀区中心医院|Putuo District Central Hospital",
    ),
    _area(
        "310109",
        "虹口",
        "Hongkou District",
        (("四川北路", "North Sichuan Road"), ("曲阳路", "Quyang Road")),
        "飞虹路|Feihong Road",
        "上海市第一人民医院|Shanghai General Hospital",
    ),
    _area(
        "310110",
        "杨浦",
        "Yangpu District",
        (("五角场", "Wujiaochang"), ("控江路", "Kongjiang Road")),
        "惠民路|Huimin Road",
        "新华医院|Xinhua Hospital",
    ),
    _area(
        "310112",
        "闵行",
        "Minhang District",
        (("莘庄", "Xinzhuang"), ("七宝", "Qibao")),
        "莘松路|Xinsong Road",
        "闵行区中心医院|Minhang District Central Hospital",
    ),
    _area(
        "310113",
        "宝山",
        "Baoshan District",
        (("友谊路", "Youyi Road"), ("大场", "Dachang")),
        "友谊支路|Youyi Branch Road",
        "宝山区中西医结合医院|Baoshan Integrated Medicine Hospital",
    ),
    _area(
        "310114",
        "嘉定",
        "Jiading District",
        (("南翔", "Nanxiang"), ("安亭", "Anting")),
        "嘉戬公路|Jiajian Highway",
        "嘉定区中心医院|Jiading District Central Hospital",
    ),
    _area(
        "310115",
        "浦东新",
        "Pudong New Area",
        (("陆家嘴", "Lujiazui"), ("张江", "Zhangjiang")),
        "合欢路|Hehuan Road",
        "东方医院|East Hospital",
    ),
    _area(
        "310116",
        "金山",
        "Jinshan District",
        (("石化", "Shihua"), ("枫泾", "Fengjing")),
        "龙山路|Longshan Road",
        "金山医院|Jinshan Hospital",
    ),
    _area(
        "310117",
        "松江",
        "Songjiang District",
        (("方松", "Fangsong"), ("泗泾", "Sijing")),
        "乐都西路|West Ledu Road",
        "松江区中心医院|Songjiang District Central Hospital",
    ),
    _area(
        "310118",
        "青浦",
        "Qingpu District",
        (("夏阳", "Xiayang"), ("徐泾", "Xujing")),
        "外青松公路|Waiqingsong Highway",
        "青浦区中心医院|Qingpu District Central Hospital",
    ),
    _area(
        "310120",
        "奉贤",
        "Fengxian District",
        (("南桥", "Nanqiao"), ("海湾", "Haiwan")),
        "望园南路|South Wangyuan Road",
        "奉贤区中心医院|Fengxian District Central Hospital",
    ),
    _area(
        "310151",
        "崇明",
        "Chongming District",
        (("城桥", "Chengqiao"), ("陈家镇", "Chenjiazhen")),
        "翠竹路|Cuizhu Road",
        "新华医院崇明分院|Xinhua Hospital Chongming Branch",
    ),
)
