"""One Vietnamese word for each thing: the vocabulary of the program as officers read it.

Who translates looks here; a test holds the whole catalogue against ``Term.never``. The page of
messages ends with this table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """What the code calls ``english`` is always ``vietnamese``, and ``never`` one of these."""

    english: str
    vietnamese: str
    never: tuple[str, ...] = ()


TERMS = (
    Term("campaign", "chiến dịch"),
    Term("anchor", "ngày chính"),
    Term("edition", "đợt (của một chiến dịch)", ("kỳ sắp tới,", "Chiến dịch theo năm")),
    Term("post", "bài"),
    Term("title of a post", "đầu đề"),
    Term("body of a post", "thân bài"),
    Term("text of a post", "nội dung"),
    Term("summary", "lời giới thiệu", ("phần tóm tắt",)),
    Term("picture, video", "ảnh, video", ("hình hoặc phim", "bộ phim")),
    Term("thread", "chuỗi bài"),
    Term("hashtag", "thẻ chủ đề"),
    Term("channel", "kênh"),
    Term("platform", "nền tảng"),
    Term("adapter", "nền tảng (khóa adapter)", ("adapter của", "tên adapter")),
    Term("account", "tài khoản"),
    Term("delivery", "lượt đăng", ("lượt gửi bài",)),
    Term("plan", "lịch đăng"),
    Term("to go out, to be sent", "đăng", ("chưa ra được", "đã ra hay", "không ra được")),
    Term("approval, to approve", "duyệt, lượt duyệt", ("phê duyệt",)),
    Term("hold", "tạm dừng", ("đình chỉ", "tạm ngừng đăng")),
    Term("blackout", "ngày không đăng"),
    Term("missed", "đã lỡ giờ"),
    Term("failed, refused", "bị từ chối"),
    Term("unconfirmed", "chưa rõ đã đăng hay chưa"),
    Term("reading", "lần đọc số liệu"),
    Term("reach", "lượt tiếp cận"),
    Term("in doubt (a figure)", "còn nghi vấn", ("đáng ngờ", "chưa chắc chắn")),
    Term("short link", "liên kết rút gọn"),
    Term("feed, its entries", "nguồn tin, tin"),
    Term("media host", "nơi chứa ảnh, video"),
    Term("coverage register", "danh mục nhiệm vụ"),
    Term("indicator, target", "chỉ tiêu, mục tiêu"),
    Term("alert", "báo động"),
    Term("credentials", "thông tin đăng nhập", ("quyền đăng nhập",)),
    Term("access token", "mã truy cập"),
    Term("refresh token", "mã gia hạn", ("mã làm mới", "mã có thể gia hạn")),
    Term("secret", "mã bí mật"),
    Term("secret of an app", "khóa bí mật của ứng dụng"),
    Term("console", "bàn điều hành", ("bảng điều khiển",)),
    Term("daemon", "chương trình đăng bài", ("chương trình nền",)),
    Term("store", "cơ sở dữ liệu"),
    Term("backup", "bản sao lưu"),
    Term("office", "cơ quan"),
    Term("administrator", "quản trị viên"),
    Term("section of a file", "phần [tên]", ("mục [", "mục Settings [")),
    Term("key of a file", "khóa", ("khoá",)),
    Term("delete", "xóa", ("xoá",)),
    Term("encoding; to seal", "mã hóa", ("mã hoá",)),
    Term("error, warning", "lỗi, cảnh báo", ("ngoại lệ",)),
)
