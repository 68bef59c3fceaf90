/// @file
/// How a process that only runs simulated worlds keeps its memory: for speed, nothing else.
#pragma once

namespace chukta::simulation {

/// Before the first database is opened, by a process of one thread. SQLite then takes no locks and
/// keeps its pages in one piece: a statement that sorts opens and drops a small database of its
/// own, whose pages glibc took from the system and gave back each time (a fifth of all time).
void settle_memory();

}  // namespace chukta::simulation
