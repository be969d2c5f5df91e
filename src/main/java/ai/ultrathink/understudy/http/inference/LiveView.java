package ai.ultrathink.understudy.http.inference;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Whether the process can serve at all. */
@Schema(name = "InferenceLive")
record LiveView(boolean live) {}
