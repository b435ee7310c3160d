"""Lists what a Vietnamese office writes short, and how each is said aloud."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ABBREVIATIONS: Mapping[str, str] = MappingProxyType(
    {
        "UBND": "Ủy ban nhân dân",
        "HĐND": "Hội đồng nhân dân",
        "MTTQ": "Mặt trận Tổ quốc",
        "UBMTTQ": "Ủy ban Mặt trận Tổ quốc",
        "TP.HCM": "Thành phố Hồ Chí Minh",
        "TPHCM": "Thành phố Hồ Chí Minh",
        "TP.": "thành phố",
        "TP": "thành phố",
        "TX.": "thị xã",
        "TT.": "thị trấn",
        "Q.": "quận",
        "P.": "phường",
        "KH&CN": "khoa học và công nghệ",
        "KHCN": "khoa học công nghệ",
        "ĐMST": "đổi mới sáng tạo",
        "CĐS": "chuyển đổi số",
        "CNTT": "công nghệ thông tin",
        "TT&TT": "thông tin và truyền thông",
        "GD&ĐT": "giáo dục và đào tạo",
        "VH-TT&DL": "văn hóa, thể thao và du lịch",
        "NN&MT": "nông nghiệp và môi trường",
        "CCHC": "cải cách hành chính",
        "TTHC": "thủ tục hành chính",
        "DVC": "dịch vụ công",
        "DVCTT": "dịch vụ công trực tuyến",
        "CSDL": "cơ sở dữ liệu",
        "CBCCVC": "cán bộ, công chức, viên chức",
        "CCCD": "căn cước công dân",
        "BHXH": "bảo hiểm xã hội",
        "BHYT": "bảo hiểm y tế",
        "DN": "doanh nghiệp",
        "HTX": "hợp tác xã",
        "THPT": "trung học phổ thông",
        "THCS": "trung học cơ sở",
        "ĐBSCL": "Đồng bằng sông Cửu Long",
        "NQ": "Nghị quyết",
        "TW": "Trung ương",
        "TTg": "Thủ tướng",
        "BCH": "Ban Chấp hành",
        "BCT": "Bộ Chính trị",
        "AI": "trí tuệ nhân tạo",
        "IoT": "internet vạn vật",
        "QR": "quy a",
        "VNeID": "vi en i đi",
        "Wi-Fi": "oai phai",
        "WiFi": "oai phai",
        "PGS.": "phó giáo sư",
        "GS.": "giáo sư",
        "TS.": "tiến sĩ",
        "ThS.": "thạc sĩ",
    }
)
"""What an office of a province writes short; ours, to be added to in schedule.toml."""

KINDS = {
    "NQ": "Nghị quyết",
    "NĐ": "Nghị định",
    "QĐ": "Quyết định",
    "CT": "Chỉ thị",
    "TT": "Thông tư",
    "KH": "Kế hoạch",
    "KL": "Kết luận",
    "TB": "Thông báo",
    "CTr": "Chương trình",
    "CĐ": "Công điện",
    "BC": "Báo cáo",
}
"""Documents, by the letters in their numbers: 57-NQ/TW."""

ISSUERS = {
    "TW": "Trung ương",
    "CP": "Chính phủ",
    "TTg": "Thủ tướng Chính phủ",
    "QH": "Quốc hội",
    "UBND": "Ủy ban nhân dân",
    "HĐND": "Hội đồng nhân dân",
    "BCĐ": "Ban Chỉ đạo",
    "TU": "Tỉnh ủy",
    "BKHCN": "Bộ Khoa học và Công nghệ",
}
"""Who issues them, likewise."""

UNITS = {
    "%": "phần trăm",
    "km²": "ki lô mét vuông",
    "km2": "ki lô mét vuông",
    "m²": "mét vuông",
    "m2": "mét vuông",
    "m³": "mét khối",
    "m3": "mét khối",
    "km": "ki lô mét",
    "cm": "xen ti mét",
    "mm": "mi li mét",
    "m": "mét",
    "ha": "héc ta",
    "kg": "ki lô gam",
    "g": "gam",
    "°C": "độ xê",
    "đ": "đồng",
    "đồng": "đồng",
    "USD": "đô la Mỹ",
    "GB": "ghi ga bai",
    "MB": "mê ga bai",
    "Mbps": "mê ga bít trên giây",
    "kW": "ki lô oát",
    "MW": "mê ga oát",
}
