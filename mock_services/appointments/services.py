"""What can be booked."""

from mock_services.appointments.places import Service
from mock_services.shared.wire import Text, text

ID_CARD = text("居民身份证", "Resident identity card")
HOUSEHOLD_BOOK = text("户口簿", "Household register")
PHOTO = text("近期二寸免冠照片", "A recent passport-size photo")

DOCUMENTS = text("户籍证件", "Documents")
MARRIAGE = text("婚姻登记", "Marriage")
LIVING = text("居住社保", "Residence and social security")
PROPERTY = text("房产企业", "Property and business")
HEALTH = text("医疗健康", "Health")


def _service(service_id: str, name: Text, summary: Text, category: Text, *bring: Text, minutes: int = 30) -> Service:
    return Service(id=service_id, name=name, summary=summary, category=category, minutes=minutes, bring=list(bring))


SERVICES: tuple[Service, ...] = (
    _service(
        "id-card",
        text("居民身份证换领", "Identity card renewal"),
        text("到期、损坏换领，采集指纹", "Expired or damaged cards; fingerprints are taken"),
        DOCUMENTS,
        text("原身份证", "Your old identity card"),
        HOUSEHOLD_BOOK,
    ),
    _service(
        "household-transfer",
        text("户口迁移", "Household registration transfer"),
        text("市内迁移、投靠、购房落户", "Moves within the city, joining family, new home"),
        DOCUMENTS,
        ID_CARD,
        HOUSEHOLD_BOOK,
        text("房屋权属证明", "Proof of the home"),
    ),
    _service(
        "passport",
        text("护照办理", "Passport"),
        text("首次申领、换发、补发普通护照", "First issue, renewal, replacement"),
        DOCUMENTS,
        ID_CARD,
        PHOTO,
    ),
    _service(
        "hk-macau-permit",
        text("港澳通行证", "Hong Kong and Macau permit"),
        text("往来港澳通行证及签注", "Exit-entry permit and endorsements"),
        DOCUMENTS,
        ID_CARD,
        PHOTO,
    ),
    _service(
        "marriage",
        text("结婚登记", "Marriage registration"),
        text("双方须一同到场", "Both partners come together"),
        MARRIAGE,
        text("双方身份证", "Both identity cards"),
        text("双方户口簿", "Both household registers"),
        text("三张二寸双人合照", "Three photos of the couple"),
    ),
    _service(
        "marriage-certificate",
        text("补领婚姻登记证", "Marriage certificate replacement"),
        text("证件遗失或损毁", "Lost or damaged certificates"),
        MARRIAGE,
        ID_CARD,
        HOUSEHOLD_BOOK,
    ),
    _service(
        "residence-permit",
        text("居住证签注", "Residence permit endorsement"),
        text("《上海市居住证》年度签注", "The yearly endorsement"),
        LIVING,
        ID_CARD,
        text("居住证", "Residence permit"),
        text("租赁备案或房产证明", "Registered lease or title"),
    ),
    _service(
        "social-card",
        text("社保卡换领", "Social security card renewal"),
        text("新版社会保障卡换领、补领", "Renewal and replacement"),
        LIVING,
        ID_CARD,
    ),
    _service(
        "property",
        text("不动产登记", "Property registration"),
        text("转移、抵押、变更登记", "Transfers, mortgages, changes"),
        PROPERTY,
        ID_CARD,
        text("不动产权证书", "Title certificate"),
        text("买卖合同", "Contract of sale"),
        minutes=60,
    ),
    _service(
        "business",
        text("企业开办", "Business start-up"),
        text("营业执照、印章、税务一窗办", "Licence, seals and tax at one counter"),
        PROPERTY,
        ID_CARD,
        text("经营场所证明", "Proof of premises"),
        minutes=60,
    ),
    _service(
        "vaccination",
        text("疫苗接种", "Vaccination"),
        text("流感、HPV、带状疱疹等", "Influenza, HPV, shingles and more"),
        HEALTH,
        ID_CARD,
        text("预防接种证", "Vaccination record"),
    ),
    _service(
        "family-doctor",
        text("家庭医生签约", "Family doctor sign-up"),
        text("签约后可优先转诊", "Brings priority referral"),
        HEALTH,
        ID_CARD,
        text("医保卡", "Medical insurance card"),
    ),
    _service(
        "specialist",
        text("专家门诊挂号", "Specialist outpatient visit"),
        text("心内、骨科、眼科等专家号", "Cardiology, orthopaedics, eyes and more"),
        HEALTH,
        ID_CARD,
        text("医保卡", "Medical insurance card"),
        text("既往病历", "Earlier medical records"),
    ),
)
