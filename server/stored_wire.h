/// @file
/// The small JSON texts inside our own tables: items of an order, prompt of an attempt. They are
/// carried as they stand there and read by whoever looks at them: news of a payment does not.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "shared/prompt.h"
#include "shared/wire.h"

namespace chukta {

/// The items of an order.
class StoredItems {
public:
    StoredItems() = default;
    explicit StoredItems(const std::vector<wire::Item>& items);
    static StoredItems of_table(std::string text) { return StoredItems{std::move(text)}; }

    /// Empty for a text that this program did not write.
    std::vector<wire::Item> read() const;
    const std::string& text() const { return text_; }

private:
    explicit StoredItems(std::string text) : text_{std::move(text)} {}
    std::string text_ = "[]";
};

/// What the customer of an attempt must do next.
class StoredPrompt {
public:
    StoredPrompt() = default;
    explicit StoredPrompt(const PaymentPrompt& prompt);
    static StoredPrompt of_table(std::string text) { return StoredPrompt{std::move(text)}; }

    bool empty() const { return text_.empty(); }
    /// Nothing when there is none, or for a text that this program did not write.
    std::optional<PaymentPrompt> read() const;
    const std::string& text() const { return text_; }

private:
    explicit StoredPrompt(std::string text) : text_{std::move(text)} {}
    std::string text_;
};

}  // namespace chukta
