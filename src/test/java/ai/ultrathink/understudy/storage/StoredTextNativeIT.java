package ai.ultrathink.understudy.storage;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class StoredTextNativeIT extends StoredTextTest {}
