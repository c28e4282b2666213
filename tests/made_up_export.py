"""A small made-up export of tickets, written by the tests that need one."""

import gzip

import numpy as np
import pandas as pd

MAP = """
format = 1
id = "mine"
name = { zh = "自制工单", en = "Made-up tickets" }

[source]
name = { zh = "自制", en = "made up" }
licence = "CC0"

[time]
zone = "Asia/Shanghai"
formats = ["%Y-%m-%d %H:%M:%S", "ISO8601"]

[columns]
id = "工单编号"
opened = "受理时间"
closed = "办结时间"
due = "办理时限"
category = "诉求类别"
group = "承办单位"
place = "所属社区"

[rules]
least_tickets = 50
duplicate = { column = "状态", values = ["重复件"] }

[categories]
noise = ["噪声扰民"]
facility = ["路灯", "道路破损"]
"""
HEAD = ["工单编号", "受理时间", "办结时间", "办理时限", "诉求类别", "承办单位", "所属社区", "状态"]
ROW = ["1", "2024-03-01 09:00:00", "2024-03-02 09:00:00", "2024-03-08 09:00:00", "路灯", "城管", "甲社区", "办结"]


def tickets(n=900, seed=3):
    """Rows with log-normal (noise) and Weibull (facility) handling times, a tenth at once, open after 60 days."""
    rng = np.random.default_rng(seed)
    opened = pd.Timestamp("2024-03-01") + pd.to_timedelta(np.sort(rng.uniform(0, 90 * 24, n)), unit="h")
    until = pd.Timestamp("2024-06-20")
    rows = []
    for i in range(n):
        kind = ("噪声扰民", "路灯", "道路破损")[i % 3]
        hours = rng.lognormal(3.0, 1.5) if i % 3 == 0 else 120.0 * rng.weibull(0.7)
        if rng.uniform() < 0.1:
            hours = 0.01
        closed = opened[i] + pd.to_timedelta(hours, unit="h")
        due = opened[i] + pd.to_timedelta(7, unit="D")
        shut = "" if closed > until else str(closed.floor("s"))
        rows.append([str(i), str(opened[i].floor("s")), shut, str(due.floor("s")), kind, ("城管", "街道")[i % 2],
                     ("甲社区", "乙社区", "丙社区")[i % 3], "重复件" if i % 20 == 0 else "办结"])  # fmt: skip
    return rows


def write(folder, rows, encoding="utf-8", head=HEAD, name="tickets.csv", packed=False):
    text = "".join(",".join(fields) + "\n" for fields in ([head, *rows] if head else rows))
    raw = text.encode(encoding) if isinstance(text, str) else text
    path = folder / name
    path.write_bytes(gzip.compress(raw) if packed else raw)
    return path


def mapping(folder, text=MAP, name="mine.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)
