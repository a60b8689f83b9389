"""`clamour check`: all that could go wrong at the start, told beforehand."""

import asyncio
from pathlib import Path

import pytest

from tests.bot.commandline import (
    UNKNOWN_TOKEN,
    bot_api,
    clamour,
    write_campaign,
    write_config,
)
from tests.email.dovecot import dovecot
from tests.email.mail_house import MailHouse, only

HERE = '[telegram]\ntoken_file = "bot-token"\napi_url = "{api}"\n'


def test_a_bot_that_can_start_is_told_by_name_and_code_0(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    with bot_api() as api:
        write_config(tmp_path, HERE.format(api=api))
        told = clamour("check", folder=tmp_path)

    assert told.returncode == 0, told.stdout
    assert "@unit_bot (Petition)" in told.stdout
    assert "There's no database yet" in told.stdout
    assert "campaign “unit” is fine" in told.stdout
    assert told.stderr == ""


def test_an_upgraded_database_is_told_to_be_up_to_date(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    with bot_api() as api:
        write_config(tmp_path, HERE.format(api=api))
        clamour("db", "upgrade", folder=tmp_path)
        told = clamour("check", folder=tmp_path)

    assert "✓ The database is up to date" in told.stdout


def test_a_door_to_the_network_is_named_unless_a_proxy_stands_before_it(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    web = '[web]\nport = 8080\npublic_url = "https://x.example"\nlisten = "0.0.0.0"\n'
    with bot_api() as api:
        write_config(tmp_path, HERE.format(api=api) + web)
        told = clamour("check", folder=tmp_path)
        write_config(tmp_path, HERE.format(api=api) + web + "behind_proxy = true\n")
        quiet = clamour("check", folder=tmp_path)

    assert told.returncode == quiet.returncode == 0
    assert "web.listen: open to more than this machine" in " ".join(told.stdout.split())
    assert "behind_proxy" not in quiet.stdout


def test_every_problem_of_the_configuration_is_a_line_and_the_code_is_1(tmp_path: Path) -> None:
    write_config(tmp_path, '[telegram]\ntoken_file = "bot-token"\nmod = 1\n[log]\nlevel = "x"\n')

    told = clamour("check", folder=tmp_path)

    assert told.returncode == 1
    problems = [line for line in told.stdout.splitlines() if line.startswith("✗")]
    assert problems == [
        "✗ config.toml: line 3: telegram.mod: is no setting; did you mean mode?",
        '✗ config.toml: line 5: log.level: "x" is not one of the choices; '
        'write "debug", "info", "warning" or "error".',
    ]


def test_database_campaign_and_telegram_are_all_looked_at_even_if_each_is_wrong(
    tmp_path: Path,
) -> None:
    (tmp_path / "campaign.toml").write_text("goal = 'many'\n")
    database = '[storage]\nurl = "sqlite+aiosqlite:///no/such/folder/clamour.db"\n'
    with bot_api() as api:
        write_config(tmp_path, HERE.format(api=api) + database, token=UNKNOWN_TOKEN)
        told = clamour("check", folder=tmp_path)

    assert told.returncode == 1
    assert "The database's folder" in told.stdout
    assert "campaign.toml" in told.stdout
    assert "goal" in told.stdout
    assert "Telegram does not know the token" in told.stdout
    assert UNKNOWN_TOKEN not in told.stdout + told.stderr
    assert "Traceback" not in told.stdout + told.stderr


@pytest.mark.parametrize("url", ["http://127.0.0.1:9"])
def test_an_unreachable_telegram_is_a_problem(tmp_path: Path, url: str) -> None:
    write_campaign(tmp_path)
    write_config(tmp_path, HERE.format(api=url))

    told = clamour("check", folder=tmp_path)

    assert told.returncode == 1
    assert "Telegram can't be reached" in told.stdout


def test_a_site_without_a_mail_server_is_told_from_one_with_it(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    web = '[web]\nport = 8080\npublic_url = "https://x.example"\n'
    with bot_api() as api:
        write_config(tmp_path, HERE.format(api=api) + web)
        without = clamour("check", folder=tmp_path)
        write_config(tmp_path, HERE.format(api=api) + web + '[email]\nhost = "mail.x.example"\n')
        with_it = clamour("check", folder=tmp_path)

    assert "People can't sign on the website itself: [email] isn't set." in without.stdout
    assert "People without Telegram can sign on the website" in with_it.stdout


def test_a_mail_server_without_public_pages_is_told(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    with bot_api() as api:
        write_config(tmp_path, HERE.format(api=api) + "[email]\nport = 1\n")
        told = clamour("check", folder=tmp_path)

    assert "People can't sign on the website, and no updates go by email" in told.stdout


async def test_the_mail_server_is_tried_and_its_fault_named(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    given = {"auth_require_tls": False, "authenticator": only("me", "right")}
    async with MailHouse.stands(**given) as house:
        server = f'[email]\nhost = "localhost"\nport = {house.port}\ntls = "none"\nuser = "me"\n'
        with bot_api() as api:
            write_config(tmp_path, HERE.format(api=api) + server)
            told = [
                await asyncio.to_thread(
                    clamour, "check", folder=tmp_path, CLAMOUR_EMAIL_PASSWORD=password
                )
                for password in ("right", "wrong")
            ]
            await house.goes_away()
            told += [await asyncio.to_thread(clamour, "check", folder=tmp_path)]

    assert [one.returncode for one in told] == [0, 1, 0], "one that is away may come back"
    assert "✓ The mail server localhost lets us in." in told[0].stdout
    assert "refuses the login of me" in told[1].stdout
    assert "CLAMOUR_EMAIL_PASSWORD" in told[1].stdout
    assert f"No mail server answers at localhost:{house.port}" in told[2].stdout


async def test_a_test_email_that_was_not_sent_says_why(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    given = {"auth_require_tls": False, "authenticator": only("me", "right")}
    async with MailHouse.stands(**given) as house:
        house.of_recipient = lambda address: "550 5.1.1 no such mailbox"
        server = f'[email]\nhost = "localhost"\nport = {house.port}\ntls = "none"\nuser = "me"\n'
        arguments = ("email", "test", "ada@example.org")
        with bot_api() as api:
            write_config(tmp_path, HERE.format(api=api))
            told = [await asyncio.to_thread(clamour, *arguments, folder=tmp_path)]
            write_config(tmp_path, HERE.format(api=api) + server)
            for password in ("right", "wrong"):
                told += [
                    await asyncio.to_thread(
                        clamour, *arguments, folder=tmp_path, CLAMOUR_EMAIL_PASSWORD=password
                    )
                ]

    assert [one.returncode for one in told] == [1, 1, 1]
    assert "No mail server is named: write one into the section [email]" in told[0].stderr
    assert "there is no ada@example.org" in told[1].stderr
    assert "refuses the login of me" in told[2].stderr
    assert house.letters == []


def test_a_slip_in_the_mail_server_or_the_sender_is_named(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    slips = (
        '[email]\nhost = "smtp..example.org"\nsender = "petition@example.org"\n',
        '[email]\nhost = "localhost"\nport = 1\nsender = "petition@"\n',
    )
    told = []
    for slip in slips:
        with bot_api() as api:
            write_config(tmp_path, HERE.format(api=api) + slip)
            told.append(clamour("check", folder=tmp_path).stdout)
            test = clamour("email", "test", "ada@example.org", folder=tmp_path)
        assert test.returncode == 1
        told.append(test.stderr)

    away = "No mail server answers at smtp..example.org:587"
    none = "is no address; write an address, such as petition@example.org."
    for said, words in zip(told, (away, away, none, none), strict=True):
        assert words in " ".join(said.split())


async def test_the_mailbox_is_opened_and_its_fault_named(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    async with dovecot() as mailbox:
        box = (
            f'[mailbox]\nhost = "127.0.0.1"\nport = {mailbox.port}\ntls = "none"\n'
            f'user = "{mailbox.server.user}"\n'
        )
        with bot_api() as api:
            write_config(tmp_path, HERE.format(api=api) + box)
            told = [
                await asyncio.to_thread(clamour, "check", folder=tmp_path, **given)
                for given in (
                    {"CLAMOUR_MAILBOX_PASSWORD": mailbox.server.password},
                    {"CLAMOUR_MAILBOX_PASSWORD": "wrong"},
                    {},
                )
            ]

    assert [one.returncode for one in told] == [0, 1, 1]
    assert "✓ The mailbox of office@example.org can be read." in told[0].stdout
    assert "Let emails to privacy@example.org end in that mailbox" in told[0].stdout
    assert "refuses the login of office@example.org" in told[1].stdout
    assert "mailbox.password: is missing although mailbox.host is set" in told[2].stdout


def test_a_mailbox_that_is_away_does_not_keep_the_bot_from_starting(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    box = '[mailbox]\nhost = "127.0.0.1"\nport = 1\ntls = "none"\nuser = "office"\n'
    with bot_api() as api:
        write_config(tmp_path, HERE.format(api=api) + box)
        told = clamour("check", folder=tmp_path, CLAMOUR_MAILBOX_PASSWORD="x")
    assert told.returncode == 0
    assert "no IMAP server answers at 127.0.0.1:1" in told.stdout


def test_a_sender_that_is_no_address_or_on_this_machine_is_named(tmp_path: Path) -> None:
    write_campaign(tmp_path)
    with bot_api() as api:
        write_config(tmp_path, HERE.format(api=api) + "[email]\nport = 25\n")
        here = clamour("check", folder=tmp_path)
        write_config(tmp_path, HERE.format(api=api) + '[email]\nsender = "nobody"\n')
        none = clamour("check", folder=tmp_path)

    assert here.returncode == 0
    assert "email.sender is on localhost" in here.stdout
    assert none.returncode == 1
    assert 'email.sender: "nobody" is no address' in none.stdout
