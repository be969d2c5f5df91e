package ai.ultrathink.understudy.http;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged service. */
@QuarkusIntegrationTest
class OutcomesNativeIT extends OutcomesTest {}
