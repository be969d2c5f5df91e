package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Models in memory: for each name at most one version that answers and one that is staged. The lock is held briefly,
 * never during loading. Predictions do not take it: they read the map of answering models, which is replaced as a
 * whole.
 */
final class ModelVersions {

    private final Map<String, Place> places = new TreeMap<>();
    private volatile Map<String, Model> serving = Map.of();

    /** The models that answer, by name. */
    Map<String, Model> serving() {
        return serving;
    }

    /** The model of a name, whether it answers or not. */
    synchronized @Nullable Model model(String name) {
        Place place = places.get(name);
        return place == null ? null : place.model;
    }

    /** Whether a version is in memory. */
    synchronized boolean has(String name, String digest) {
        Place place = places.get(name);
        return place != null && place.has(digest);
    }

    synchronized List<ModelInMemory> inMemory() {
        return places.values().stream().map(Place::inMemory).toList();
    }

    /** The status of each folder, and of each model whose folder was removed. */
    synchronized List<ModelStatus> status() {
        return places.values().stream()
                .map(Place::status)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * Records the contents of a folder.
     *
     * @param problem why they are not in memory, or null
     */
    synchronized void seen(String name, @Nullable String digest, @Nullable String problem) {
        Place place = at(name);
        place.folder = digest;
        place.problem = problem;
    }

    /** Frees a staged version that is no longer the folder's. */
    synchronized void dropOthers(String name, @Nullable String folder) {
        Place place = places.get(name);
        if (place != null && place.staged != null && !place.staged.digest().equals(folder)) {
            place.dropStaged();
        }
    }

    /** Marks names whose folder was removed, and forgets those that have no version in memory. */
    synchronized void seenAll(Collection<String> names) {
        Set<String> folders = Set.copyOf(names);
        places.values().removeIf(place -> !folders.contains(place.name) && place.model == null);
        places.values().forEach(place -> {
            place.gone = !folders.contains(place.name);
            place.folder = place.gone ? null : place.folder;
        });
    }

    /** Stages another version of a model. */
    synchronized void stage(String name, LoadedModel loaded) {
        Place place = at(name);
        place.dropStaged();
        place.staged = loaded;
    }

    /** Stages a new model. */
    synchronized void stage(Model model) {
        at(model.name()).model = model;
    }

    /**
     * Switches to a version. If it is not in memory, the name stops answering.
     *
     * @return whether it answers
     */
    synchronized boolean switchTo(String name, String digest) {
        Place place = places.get(name);
        Model model = place == null ? null : place.model;
        if (place == null || model == null) {
            return false;
        }
        boolean there = place.has(digest);
        if (there) {
            place.serve(model, digest);
        } else {
            place.withhold(digest);
        }
        publish();
        return there;
    }

    /** Removes a model. Waiting calls are rejected. */
    synchronized void remove(String name) {
        Place gone = places.remove(name);
        if (gone != null) {
            gone.dropStaged();
            gone.dropModel();
            publish();
        }
    }

    /** Frees staged versions, except those of these names. */
    synchronized void clear(Set<String> kept) {
        places.values().stream().filter(place -> !kept.contains(place.name)).forEach(place -> {
            place.dropStaged();
            if (!place.serves && place.withheld == null) {
                place.dropModel();
            }
        });
    }

    private Place at(String name) {
        return places.computeIfAbsent(name, Place::new);
    }

    private void publish() {
        serving = places.values().stream()
                .filter(place -> place.serves && place.model != null)
                .collect(Collectors.toUnmodifiableMap(
                        place -> place.name, place -> Objects.requireNonNull(place.model)));
    }

    /** One name. */
    private static final class Place {
        private final String name;
        private @Nullable Model model;
        private @Nullable LoadedModel staged;
        private boolean serves;
        private @Nullable String withheld;
        private @Nullable String folder;
        private boolean gone;
        private @Nullable String problem;

        Place(String name) {
            this.name = name;
        }

        boolean has(String digest) {
            return Stream.of(Optional.ofNullable(model).map(Model::current), Optional.ofNullable(staged))
                    .flatMap(Optional::stream)
                    .anyMatch(loaded -> loaded.digest().equals(digest));
        }

        void serve(Model there, String digest) {
            LoadedModel next = staged;
            if (next != null && next.digest().equals(digest)) {
                staged = null;
                there.swap(next);
            }
            dropStaged();
            serves = true;
            withheld = null;
        }

        void withhold(String digest) {
            serves = false;
            withheld = "the fleet serves version #" + ModelVersion.shown(digest) + ", which this replica does not have";
        }

        void dropStaged() {
            if (staged != null) {
                staged.release();
                staged = null;
            }
        }

        void dropModel() {
            if (model != null) {
                model.retire();
                model = null;
                serves = false;
            }
        }

        ModelInMemory inMemory() {
            LoadedModel current = model == null ? null : model.current();
            LoadedModel ready = staged != null || serves ? staged : current;
            return new ModelInMemory(name, version(serves ? current : null), version(ready), folder, gone, problem());
        }

        private static @Nullable ModelVersion version(@Nullable LoadedModel loaded) {
            return loaded == null ? null : loaded.version();
        }

        private @Nullable String problem() {
            return gone ? "its folder was removed" : problem;
        }

        @Nullable ModelStatus status() {
            if (model != null && serves) {
                return ModelStatus.of(name, model.current(), problem());
            }
            if (withheld != null) {
                return ModelStatus.withheld(name, problem == null ? withheld : withheld + ": " + problem);
            }
            return problem == null ? null : ModelStatus.failed(name, problem);
        }
    }
}
