package ai.ultrathink.understudy.trial;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class ControlTimingNativeIT extends ControlTimingTest {}
