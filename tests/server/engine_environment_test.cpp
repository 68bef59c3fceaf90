// What a run on PostgreSQL does where there is none: it says so, and does not look green.
#include <gtest/gtest.h>

#include "tests/support/test_database.h"

namespace chukta::testing {
namespace {

class PostgresCluster final : public ::testing::Environment {
public:
    void SetUp() override {
        if (!on_postgres() || !environment("CHUKTA_TEST_POSTGRES").empty()) return;
        if (!environment("CHUKTA_TEST_ALL").empty()) {
            FAIL() << "CHUKTA_TEST_POSTGRES names no cluster, and nothing may be left out";
        }
        GTEST_SKIP() << "CHUKTA_TEST_POSTGRES names no cluster: scripts/with-postgres starts one";
    }
};

const auto* const kCluster = ::testing::AddGlobalTestEnvironment(new PostgresCluster);

}  // namespace
}  // namespace chukta::testing
