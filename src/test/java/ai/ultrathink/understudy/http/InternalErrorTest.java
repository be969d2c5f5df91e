package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class InternalErrorTest {

    @ParameterizedTest
    @ValueSource(strings = {"overflow", "memory", "linkage", "assertion", "checked", "runtime"})
    void whatever_is_thrown_leaves_as_a_problem_document_without_what_is_inside(String kind) {
        for (String when : new String[] {"at-once", "later"}) {
            for (String accept : new String[] {"*/*", "text/html", "application/json", "text/plain"}) {
                Response answer = given().accept(accept).get("/api/v1/breaking/" + when + "/" + kind);

                if (answer.statusCode() != 406) {
                    assertProblem(500, answer, "unexpected error");
                }
                String text = answer.asString();
                assertFalse(
                        text.contains(Breaking.SECRET) || text.contains("Error id") || text.contains("java."), text);
            }
        }
        predicted(request());
    }
}
