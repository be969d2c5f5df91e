package ai.ultrathink.understudy.http.inference;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Whether the server is ready for requests. */
@Schema(name = "InferenceReady")
record ReadyView(boolean ready) {}
