package ai.ultrathink.understudy.http.inference;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Whether a model answers. */
@Schema(name = "InferenceModelReady")
record ModelReadyView(String name, boolean ready) {}
