/// @file
/// Reads the files of tests/vectors/, byte for byte.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace chukta {

/// The bytes of tests/vectors/<name>; a missing file fails the test.
inline std::string vector_bytes(const std::string& name) {
    const auto tests = std::filesystem::path{__FILE__}.parent_path().parent_path();
    std::ifstream file{tests / "vectors" / name, std::ios::binary};
    if (!file) ADD_FAILURE() << "no such vector: " << name;
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace chukta
