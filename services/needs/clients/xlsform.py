"""An XLSForm read by pyxform in a process of its own, since it comes from outside."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import Any

from services.needs.domain.questionnaires import build
from wushe.errors import FieldError, Refusal

READER = Path(__file__).with_name("xlsform_reader.py")
SECONDS = 20
_AT_ONCE = asyncio.Semaphore(2)


class FormUnreadable(Refusal):
    """The file is no xlsx, too large once unpacked, or took too long."""

    status = 422
    zh = "无法读取这个文件：请上传一份不超过 1 MB、展开后不超过 20 MB 的 xlsx 问卷表格。"
    en = "This file cannot be read: send an xlsx of at most 1 MB that unpacks to at most 20 MB."
    toast = "文件无法读取"


class FormInvalid(Refusal):
    """The table breaks the rules of XLSForm, or asks what is not supported here; each cell is named."""

    status = 422
    zh = "问卷表格有误，请修改标出的单元格后重新上传。"
    en = "The form has errors; correct the cells named in 'errors' and upload it again."
    toast = "问卷表格有误"


async def read(content: bytes) -> dict[str, Any]:
    """The questionnaire in an XLSForm, with what its reader warned of."""
    told = await _told(content)
    if "broken" in told:
        raise FormUnreadable
    if "fault" in told:
        raise FormInvalid(errors=[_fault(told["fault"])])
    built = build(told["form"], told["sheets"])
    if built.errors:
        raise FormInvalid(errors=built.errors[:50])
    return {"definition": built.definition, "warnings": told["warnings"]}


async def _told(content: bytes) -> dict[str, Any]:
    """What the reader wrote; whatever ends it early is the file's fault."""
    async with _AT_ONCE:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", str(READER), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_ENVIRONMENT, cwd="/"
        )
        try:
            async with asyncio.timeout(SECONDS):
                written, _ = await process.communicate(content)
        except TimeoutError:
            written = b""
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    try:
        found: dict[str, Any] = json.loads(written)
    except ValueError as fault:
        raise FormUnreadable from fault
    return found


_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}


def _fault(fault: dict[str, Any]) -> FieldError:
    """What pyxform says, in its own English; in Chinese, the row to look at."""
    row = fault["row"]
    zh = f"第 {row} 行不符合 XLSForm 的规则：{fault['said']}" if row else f"不符合 XLSForm 的规则：{fault['said']}"
    return FieldError(f"survey!{row}" if row else "survey", "XLSFORM_RULE", zh, fault["said"], location="file")
