package ai.ultrathink.understudy;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class MetricsNativeIT extends MetricsTest {}
