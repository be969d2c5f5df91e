package ai.ultrathink.understudy.health;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class HealthNativeIT extends HealthTest {}
