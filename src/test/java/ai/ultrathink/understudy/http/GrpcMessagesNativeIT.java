package ai.ultrathink.understudy.http;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the native executable. */
@QuarkusIntegrationTest
class GrpcMessagesNativeIT extends GrpcMessagesTest {}
