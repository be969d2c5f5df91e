"""What a program does with the generated client: a test is created, asked, read, refused, and deleted. Arguments: the service, a file of features."""

import json
import sys

from openapi_client import (
    ApiClient,
    ApiException,
    Configuration,
    CreateTest,
    PredictionApi,
    PredictionRequest,
    ResultsApi,
    TestsApi,
)

service, file = sys.argv[1:]
client = ApiClient(Configuration(host=service))
tests = TestsApi(client)
test_id = "generated_python"

created = tests.create_test(
    CreateTest(
        test_id=test_id,
        control_model="bear_specialist",
        treatment_model="bear_specialist_v2",
        traffic_split=0.25,
        mode="shadow",
    )
)
assert created.test_id == test_id and created.enabled and created.generation == 1, created

with open(file, encoding="utf-8") as features:
    request = PredictionRequest(symbol="SPX", features=json.load(features), model="bear_specialist", unit_id="account-7")
answer = PredictionApi(client).predict(request)
assert answer.metadata.ab_test.test_id == test_id and 0 < answer.confidence <= 1, answer

tests.flush(test_id)
stats = ResultsApi(client).get_test_stats(test_id, hours_back=24)
assert stats.total_samples == 1 and stats.shadow_count == 1, stats
report = ResultsApi(client).get_report(test_id)
assert report.verdict == "insufficient_data", report

assert any(test.test_id == test_id for test in tests.list_tests(enabled=True))
try:
    tests.create_test(CreateTest(test_id="t", control_model="bear_specialist", treatment_model="no_such_model"))
    raise AssertionError("a model that is not there was taken")
except ApiException as problem:
    assert problem.status == 400 and "no_such_model" in json.loads(problem.body)["detail"], problem

tests.delete_test(test_id)
assert not any(test.test_id == test_id for test in tests.list_tests())
print("the generated client works")
