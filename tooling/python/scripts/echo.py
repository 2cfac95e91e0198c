"""Answers with what it was asked, for the tests of PythonCounterpart; `{"raise": text}` raises."""

import os

from counterpart import serve


def answer(request, data):
    match request:
        case {"raise": message}:
            raise ValueError(message)
        case {"print": message}:
            print(message)
        case {"exit": code}:
            os._exit(code)
        case {"hang": seconds}:
            __import__("time").sleep(seconds)
    return request, data


serve(answer)
