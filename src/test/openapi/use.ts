// What a program does with the generated client: a test is created, asked, read, refused, and deleted. Arguments: the service, a file of features.
import { readFileSync } from "node:fs";
import { Configuration, PredictionApi, ResponseError, ResultsApi, TestsApi } from "./generated/index";

const [, , service, file] = process.argv;
const configuration = new Configuration({ basePath: service });
const tests = new TestsApi(configuration);
const testId = "generated_typescript";

function check(holds: boolean, what: unknown): void {
    if (!holds) {
        throw new Error(JSON.stringify(what));
    }
}

async function main(): Promise<void> {
    const created = await tests.createTest({
        createTest: {
            testId,
            controlModel: "bear_specialist",
            treatmentModel: "bear_specialist_v2",
            trafficSplit: 0.25,
            mode: "shadow",
        },
    });
    check(created.testId === testId && created.enabled && created.generation === 1, created);

    const features: number[] = JSON.parse(readFileSync(file, "utf8"));
    const answer = await new PredictionApi(configuration).predict({
        predictionRequest: { symbol: "SPX", features, model: "bear_specialist", unitId: "account-7" },
    });
    check(answer.metadata.abTest?.testId === testId && answer.confidence > 0 && answer.confidence <= 1, answer);

    await tests.flush({ testId });
    const results = new ResultsApi(configuration);
    const stats = await results.getTestStats({ testId, hoursBack: 24 });
    check(stats.totalSamples === 1 && stats.shadowCount === 1, stats);
    const report = await results.getReport({ testId });
    check(report.verdict === "insufficient_data", report);

    const listed = await tests.listTests({ enabled: true });
    check(listed.some(test => test.testId === testId), listed);
    const problem = await tests.createTest({
        createTest: { testId: "t", controlModel: "bear_specialist", treatmentModel: "no_such_model" },
    }).then(() => null, error => error);
    check(problem instanceof ResponseError && problem.response.status === 400, String(problem));
    check((await (problem as ResponseError).response.json()).detail.includes("no_such_model"), String(problem));

    await tests.deleteTest({ testId });
    check(!(await tests.listTests()).some(test => test.testId === testId), "a deleted test is listed");
    console.log("the generated client works");
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
