/// @file
/// Memory that only the start needed.
#pragma once

namespace chukta {

/// Lets go of the pages of the program's and its libraries' files that are mapped to be read alone:
/// half of an idle server is code, symbols and tables that only the start looked at. What is read
/// again comes back by itself, from the system's cache of the same file. Does nothing where a
/// debugger watches, whose breakpoints are written into such pages. Any thread.
void give_back_start_pages();

}  // namespace chukta
