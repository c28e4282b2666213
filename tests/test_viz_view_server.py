"""Starting the page: a port that is taken and a library that is missing are said; the command ends as it is told."""

import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from cogov.viz.view import server
from cogov.viz.view.opening import Opening


def test_a_port_that_is_taken_is_said():
    pytest.importorskip("solara", reason="the page needs the extra ui: make venv EXTRAS=dev,ui")
    with socket.socket() as taken:
        taken.bind((server.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(server.ServingError, match=f"port {port} cannot be used"):
            server.serve(Opening(), port, browse=False)


def test_a_missing_library_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(server.ServingError, match=r"extra ui .* anywidget is missing"):
        server.prepare(Opening())


def test_a_scenario_that_cannot_be_used_is_said_before_the_page_opens(tmp_path):
    words = [sys.executable, "-P", "-m", "cogov", "view", "cadre_sinkin", "--no-browser", "--lang", "en"]
    ended = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert ended.returncode == 2
    assert "did you mean cadre_sinking?" in ended.stderr


def test_the_command_tells_its_address_and_ends_with_ctrl_c(tmp_path):
    pytest.importorskip("solara", reason="the page needs the extra ui: make venv EXTRAS=dev,ui")
    words = [sys.executable, "-P", "-m", "cogov", "view", "--city", "street", "--port", "0", "--no-browser"]
    process = subprocess.Popen(
        words, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env={**os.environ, "LANG": "zh_CN.UTF-8"}
    )
    line = process.stderr.readline()
    assert re.search(r"页面地址：http://localhost:\d+", line)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert process.stderr.read() == ""
