"""Build a whole pack from a job's folder."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from packs import covering_letter, manifest, pdf
from packs.facts import BLOCKS, MANIFEST, OUT, Facts, rows
from packs.merkle import blocks, root
from packs.pdf import Findings
from packs.rows import FULL, Row, leaf_of, salt
from packs.tables import CsvParts, XlsxParts, cells_of

EVERY = 2_000

Tell = Callable[[str, int, int], None]
"""What is done of what: "rows" or "sheets", how many, of how many."""


def make(job: Path, tell: Tell) -> dict[str, Any]:
    """Make every file of a pack.

    Args:
        job: has the facts and the spooled signatures; the files come into its folder `pack`.

    Returns:
        The manifest.
    """
    facts = Facts.read(job)
    out = job / OUT
    out.mkdir(exist_ok=True)
    findings = Findings()
    hashes, receipts = _walk(job, facts, out, findings, tell)
    top = root([root(block) for block in blocks(hashes)]).hex()
    _keep_blocks(job, hashes, receipts)
    _summary(facts, findings, top, out)
    with ThreadPoolExecutor(1) as beside:  # while other processes set the pages
        workbook = beside.submit(_workbook, job, facts, out)
        pdf.make(
            facts,
            rows(job, facts),
            findings,
            top,
            job / "setting",
            out / f"{facts.slug}-petition.pdf",
            lambda done, of: tell("sheets", done, of),
        )
        workbook.result()
    covering_letter.make(facts, job / "setting", out)
    says = manifest.write(facts, len(hashes), top, out)
    seal = manifest.seal_of((out / MANIFEST).read_bytes())
    page = manifest.seal_page(facts.slug, seal)
    (out / manifest.seal_page_name(facts.slug)).write_bytes(page)
    return says


def _walk(
    job: Path, facts: Facts, out: Path, findings: Findings, tell: Tell
) -> tuple[list[bytes], list[int]]:
    """CSV and leaves in one walk; gives the leaves' hashes and the signers' numbers."""
    key = bytes.fromhex(facts.key)
    csv = CsvParts(out, f"{facts.slug}-signatures", _header(facts))
    leaves = CsvParts(out, f"{facts.slug}-leaves", _leaf_header(facts.profile))
    hashes: list[bytes] = []
    receipts: list[int] = []
    for row in rows(job, facts):
        csv.write(row.number, cells_of(row, facts.profile))
        hashes.append(leaf_of(row, key))
        receipts.append(row.receipt)
        leaves.write(row.number, _leaf_cells(row, hashes[-1], key, facts.profile))
        findings.note(row, facts.profile)
        if row.number % EVERY == 0:
            tell("rows", row.number, facts.online)
    csv.finish()
    leaves.finish()
    return hashes, receipts


def _workbook(job: Path, facts: Facts, out: Path) -> None:
    xlsx = XlsxParts(out, f"{facts.slug}-signatures", _header(facts))
    for row in rows(job, facts):
        xlsx.write(row.number, cells_of(row, facts.profile))
    xlsx.finish()


def _header(facts: Facts) -> list[str]:
    words = facts.words
    return [words[key] for key in ("number", "receipt", "name", "where", "signed_on", "text")]


def _leaf_header(profile: str) -> list[str]:
    return ["number", "leaf", "salt"] if profile == FULL else ["number", "leaf"]


def _leaf_cells(row: Row, hash_: bytes, key: bytes, profile: str) -> list[str]:
    """With the salt only where the names are there too: with it, a leaf could be guessed."""
    cells = [str(row.number), hash_.hex()]
    return [*cells, salt(key, row.receipt)] if profile == FULL else cells


def _keep_blocks(job: Path, hashes: list[bytes], receipts: list[int]) -> None:
    with (job / BLOCKS).open("w", encoding="ascii") as file:
        at = 0
        for block in blocks(hashes):
            numbers = receipts[at : at + len(block)]
            at += len(block)
            says = {
                "least": min(numbers),
                "most": max(numbers),
                "receipts": b"".join(n.to_bytes(8, "big") for n in numbers).hex(),
                "hashes": b"".join(block).hex(),
                "root": root(block).hex(),
            }
            file.write(json.dumps(says) + "\n")


def _summary(facts: Facts, findings: Findings, top: str, out: Path) -> None:
    days = sorted(findings.days)
    says = {
        "campaign": facts.slug,
        "title": facts.title,
        "ask": facts.ask,
        "target": facts.target,
        "organiser": facts.organiser,
        "profile": facts.profile,
        "made_at": facts.made_at,
        "handed_in_on": facts.handed_in_on or None,
        "handed_in_at": facts.handed_in_at or None,
        "total": facts.total,
        "by_source": {"online": facts.online, "paper": facts.paper},
        "paper_by_source": [{"source": s, "signatures": n} for s, n in facts.paper_by_source],
        "reconciliation": {
            "given_online": facts.given,
            "withdrawn": facts.withdrawn,
            "without_consent": facts.without_consent,
            "in_this_pack": facts.online,
            "on_paper": facts.paper,
            "total": facts.total,
        },
        "by_area": [
            {"area": where or None, "signatures": count}
            for where, count in pdf.areas(facts, findings)
        ],
        "by_text": [
            {
                "text": text.label,
                "language": text.language,
                "version": text.version,
                "sha256": text.sha256,
                "signatures": text.signatures,
            }
            for text in facts.texts
        ],
        "first_signed_on": days[0] if days else None,
        "last_signed_on": days[-1] if days else None,
        "names_not_all_printable": findings.odd_count,
        "merkle_root": top,
    }
    _write_json(out / f"{facts.slug}-summary.json", says)


def _write_json(file: Path, says: dict[str, Any]) -> None:
    file.write_text(json.dumps(says, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
