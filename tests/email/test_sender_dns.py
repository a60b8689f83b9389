"""Promises about what DNS says of a sender, asked of a real DNS server."""

from collections.abc import AsyncIterator

import dns.asyncresolver
import pytest

from channels.email.sender_dns import NoDns, look
from tests.email.dns_server import DnsServer

DOMAIN = "petition.example.org"


@pytest.fixture
async def server() -> AsyncIterator[DnsServer]:
    async with DnsServer.open() as server:
        server.knows(DOMAIN, "TXT", "v=spf1 include:spf.provider.example -all", "else=1")
        server.knows("spf.provider.example", "TXT", "v=spf1 ip4:192.0.2.0/24 ~all")
        server.knows(f"_dmarc.{DOMAIN}", "TXT", "v=DMARC1; p=quarantine; rua=mailto:a@example.org")
        server.knows(DOMAIN, "MX", "10 mail.example.org.")
        yield server


async def found(server: DnsServer, which: int) -> tuple[str, str]:
    finding = (await look(DOMAIN, server.resolver()))[which]
    return finding.kind, finding.words


async def test_a_domain_in_order_is_good_in_every_way(server: DnsServer) -> None:
    findings = await look(DOMAIN, server.resolver())
    assert [one.kind for one in findings] == ["good"] * 3
    spf, dmarc, _ = (one.words for one in findings)
    assert "through spf.provider.example" in spf
    assert "p=quarantine: emails that fail go to spam" in dmarc


LOOKS = " ".join(f"include:spf{number}.example" for number in range(11))


@pytest.mark.parametrize(
    ("records", "says"),
    [
        ([], "has no record"),
        (["v=spf10 -all"], "has no record"),
        (["v=spf1 -all", "v=spf1 mx -all"], "has 2 records"),
        (["v=spf1 include:nobody.example -all"], "includes nobody.example, which has no SPF"),
        (["v=spf1 +all"], "every server of the world"),
        ([f"v=spf1 {LOOKS} -all"], "more than 10 look-ups"),
        ([f"v=spf1 include:{DOMAIN} -all"], "more than 10 look-ups"),
    ],
    ids=["none", "another", "two", "include", "everybody", "many", "itself"],
)
async def test_what_is_wrong_with_spf_is_said(
    server: DnsServer, records: list[str], says: str
) -> None:
    for number in range(11):
        server.knows(f"spf{number}.example", "TXT", "v=spf1 -all")
    server.knows(DOMAIN, "TXT", *records)
    kind, words = await found(server, 0)
    assert kind == "bad"
    assert says in words


@pytest.mark.parametrize(
    ("name", "records", "kind", "says"),
    [
        (DOMAIN, [], "bad", "has no record"),
        (DOMAIN, ["v=DMARC1; p=reject"], "good", "p=reject: emails that fail are refused"),
        (DOMAIN, ["v=DMARC1; rua=mailto:a@b"], "bad", "has no policy"),
        (DOMAIN, ["v=DMARC1; p=none", "v=DMARC1; p=reject"], "bad", "has 2 records"),
        ("example.org", ["v=DMARC1; p=reject; sp=none"], "good", "example.org asks for p=none"),
        ("example.org", ["v=DMARC1; p=reject"], "good", "example.org asks for p=reject"),
    ],
)
async def test_the_policy_is_the_domains_own_or_that_of_the_domain_above(
    server: DnsServer, name: str, records: list[str], kind: str, says: str
) -> None:
    server.knows(f"_dmarc.{DOMAIN}", "TXT")
    server.knows(f"_dmarc.{name}", "TXT", *records)
    told, words = await found(server, 1)
    assert told == kind
    assert says in words


@pytest.mark.parametrize("records", [[], ["0 ."]])
async def test_a_domain_that_takes_no_emails_is_named(
    server: DnsServer, records: list[str]
) -> None:
    server.knows(DOMAIN, "MX", *records)
    assert (await found(server, 2))[0] == "bad"
    server.knows(DOMAIN, "A", "192.0.2.1")
    assert (await found(server, 2))[0] == "good"


async def test_without_dns_nothing_is_said(server: DnsServer) -> None:
    server.fails = True
    with pytest.raises(NoDns):
        await look(DOMAIN, server.resolver())
    nobody = dns.asyncresolver.Resolver(configure=False)
    nobody.nameservers, nobody.port = ["127.0.0.1"], 1
    with pytest.raises(NoDns):
        await look(DOMAIN, nobody)
