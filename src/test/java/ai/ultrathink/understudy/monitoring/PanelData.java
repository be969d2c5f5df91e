package ai.ultrathink.understudy.monitoring;

import java.util.List;

/** What a panel shows: its series by the names that its legend gives them. */
record PanelData(Panel panel, List<Named> series) {

    record Named(String name, Series series) {}
}
