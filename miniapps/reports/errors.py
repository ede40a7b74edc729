"""The Problem of reports. 429: TooManyReports."""

from core.problems import TooManyRequests


class TooManyReports(TooManyRequests):
    title = "You have reported too often today"
