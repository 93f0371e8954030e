"""What the odd cases share: texts in the place of arguments, and an event that is changed."""

import copy

ZAP = '{"p":"/x"}'
INPUTS = ('{"p":', '{"p":"/y","p":"/x"}', '{"p":NaN}', "", "null", "[]", '{"p":"/x"} x', '{"p":"\\ud800"}')


def changed(events, at, change):
    events = copy.deepcopy(events)
    change(events[at])
    return events
