"""Promise: buttons that an older version put into a chat keep working, byte for byte."""

import pytest

from handlers import router

SENT_TO_SUPPORTERS = """
form:12:back form:12:earlier:3 form:12:telegram_name form:12:pick:GB form:12:change:postcode
page:home:1 page:question:1:2 page:who_we_are:1 page:supporters:1:0 page:story:1:3
petitions:open:0 petitions:signed:2
sign:1 sign:1:2 change:1 code:1:again code:1:address withdraw:1:ask withdraw:1:yes
updates:1:on updates:1:off updates:1:show updates:0:show
other:1:ask other:1:off other:1:on:7 agree:1:7
hear:1:news:off hear:1:reminder:on quiet:1:3
update:5:sign update:5:share update:5:kind update:5:stop
forget:0:ask forget:12:yes forget:12:no proof:1 language:cy language:pt-BR
remind:4:on:news:0 remind:4:off:story:12 remind:1:no calendar:4
mine:1:name:on mine:1:list:off mine:1:thanks:off
steps:1:next steps:1:list step:1:letter:do step:1:event:done step:1:comment:skip
stepq:12:later stepq:12:unnamed quote:1:show quote:1:ask quote:1:delete
"""
"""Callback data in the shapes of the version before buttons had types."""

ACTIONS = [action for feature in router.FEATURES for action in feature.actions]


@pytest.mark.parametrize("data", SENT_TO_SUPPORTERS.split())
def test_data_of_an_old_button_is_one_action_and_its_data(data: str) -> None:
    meant = [action for kind in ACTIONS if (action := kind.parse(data)) is not None]
    assert [str(action) for action in meant] == [data]
