// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The commit that a folder's working copy is at, read from the files of {@code .git}. */
final class GitHead {
    private GitHead() {}

    static Optional<String> of(Path folder) {
        for (Path at = folder; at != null; at = at.getParent()) {
            Path git = at.resolve(".git");
            if (Files.isDirectory(git)) {
                return resolve(git, git);
            }
            String pointer = MachineReader.text(git);
            if (pointer.startsWith("gitdir: ")) {
                return ofWorktree(at.resolve(pointer.substring(8)));
            }
        }
        return Optional.empty();
    }

    /** A further working copy has a head of its own; its branches are the first one's. */
    private static Optional<String> ofWorktree(Path own) {
        String common = MachineReader.text(own.resolve("commondir"));
        return resolve(own, common.isEmpty() ? own : own.resolve(common));
    }

    private static Optional<String> resolve(Path own, Path common) {
        String head = MachineReader.text(own.resolve("HEAD"));
        if (!head.startsWith("ref: ")) {
            return commit(head);
        }
        String branch = head.substring(5);
        String loose = MachineReader.text(common.resolve(branch));
        return loose.isEmpty() ? packed(common, branch) : commit(loose);
    }

    private static Optional<String> packed(Path common, String branch) {
        return MachineReader.text(common.resolve("packed-refs"))
                .lines()
                .filter(line -> line.endsWith(" " + branch))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst()
                .flatMap(GitHead::commit);
    }

    private static Optional<String> commit(String text) {
        return text.matches("[0-9a-f]{40,64}") ? Optional.of(text) : Optional.empty();
    }
}
