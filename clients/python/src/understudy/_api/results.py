"""Results of a test."""

from __future__ import annotations

from understudy._api._shared import of_test
from understudy._call import Call
from understudy._operation import operation
from understudy.types import ActionTable, DisagreementPage, History, Report, SplitCheck, Statistics, TestOverview

__all__ = ["Results"]


class Results:
    """How things stand, statistics, the report, and single rows."""

    @operation
    def get_overview(self) -> Call[list[TestOverview]]:
        """How things stand with all tests that are not deleted: those that need a person first, then the newest.

        Nothing is evaluated for it: verdicts and states are those of the last evaluation that was kept.

        >>> (test,) = [test for test in client.get_overview() if test["test_id"] == test_id]
        >>> test["enabled"], test["attention"], test["replicas"]["alive"]
        (True, None, 1)
        """
        return Call("GET", "/api/v1/overview")

    @operation
    def get_test_stats(self, test_id: str, hours_back: int = 24) -> Call[Statistics]:
        """Statistics of both arms and how they compare.

        Args:
            test_id: the test
            hours_back: the window, 1 to 2160 hours

        >>> stats = client.get_test_stats(test_id, hours_back=168)
        >>> stats["total_samples"], stats["metrics"]["comparison"]["agreement_rate"]
        (0, None)
        """
        return Call("GET", of_test(test_id, "stats"), query={"hours_back": hours_back})

    @operation
    def get_action_distribution(self, test_id: str, hours_back: int = 24) -> Call[ActionTable]:
        """Counts of the actions of both arms, and of the rows that both models answered.

        >>> client.get_action_distribution(test_id)["matrix"]["BUY"]
        {'HOLD': 0, 'BUY': 0, 'SELL': 0}
        """
        return Call("GET", of_test(test_id, "actions"), query={"hours_back": hours_back})

    @operation
    def get_disagreements(self, test_id: str, limit: int = 50, before: str | None = None) -> Call[DisagreementPage]:
        """The newest requests for which the models chose different actions.

        Args:
            test_id: the test
            limit: of the page, 1 to 1000
            before: `next` of the page before, or a time

        >>> client.get_disagreements(test_id, limit=10)["disagreements"]
        []
        """
        return Call("GET", of_test(test_id, "disagreements"), query={"limit": limit, "before": before})

    @operation
    def verify_traffic_split(self, test_id: str, hours_back: int = 1) -> Call[SplitCheck]:
        """The split that was configured, and the one that came out.

        >>> client.verify_traffic_split(test_id)["sample_size"]
        0
        """
        return Call("GET", of_test(test_id, "verify-split"), query={"hours_back": hours_back})

    @operation
    def get_report(self, test_id: str, hours_back: int = 24) -> Call[Report]:
        """The verdict, with everything that it rests on: the test's whole life. `hours_back` is for its window alone.

        >>> report = client.get_report(test_id)
        >>> report["verdict"], report["guardrails"][0]["measure"]
        ('insufficient_data', 'agreement')
        """
        return Call("GET", of_test(test_id, "report"), query={"hours_back": hours_back})

    @operation
    def get_history(self, test_id: str, points: int | None = None) -> Call[History]:
        """Verdicts and guardrails over the life of a test, oldest first.

        A point is kept when the verdict, a state or the generation changes, and otherwise every 15 s while the test
        runs.

        Args:
            test_id: the test
            points: how many at most, 1 to 1000, those at which something changed first; by default 240

        >>> history = client.get_history(test_id, points=10)
        >>> {point["verdict"] for point in history["points"]} <= {"insufficient_data"}
        True
        """
        return Call("GET", of_test(test_id, "history"), query={"points": points})

    @operation
    def get_report_document(self, test_id: str, hours_back: int = 24) -> Call[str]:
        """The report as a Markdown document, for a review.

        >>> print(client.get_report_document(test_id).splitlines()[0].startswith("# "))
        True
        """
        return Call(
            "GET",
            of_test(test_id, "report"),
            query={"hours_back": hours_back},
            headers={"Accept": "text/markdown"},
            read=lambda response: response.text,
        )
