#include "harness/base/json_fields.hpp"

#include <catch2/catch.hpp>

using namespace iiet;

namespace {

const Json kDocument =
    Json::parse(R"({"text": "a", "count": 3, "minus": -1, "large": 18446744073709551615, "half": 0.5,
    "yes": true, "none": null, "list": [1, 2], "mixed": [1, "x"], "nan": "NaN"})");

template <typename T>
std::string refusal(const char* name, const std::string& where = "") {
  try {
    field<T>(kDocument, name, where);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

/// A struct that lists its fields once.
struct Settings {
  std::int64_t count = 7;
  std::string text = "default";
  std::optional<bool> none = true, yes;
  std::vector<std::int64_t> list;
  template <typename Visitor>
  void fields(Visitor& visit) {
    visit("count", count);
    visit("text", text);
    visit("none", none);
    visit("yes", yes);
    visit("list", list);
  }
};

}  // namespace

TEST_CASE("a field is read as the type asked for") {
  CHECK(field<std::string>(kDocument, "text") == "a");
  CHECK(field<std::int64_t>(kDocument, "minus") == -1);
  CHECK(field<std::size_t>(kDocument, "count") == 3);
  CHECK(field<double>(kDocument, "count") == 3);
  CHECK(field<bool>(kDocument, "yes"));
  CHECK(field<std::vector<std::int64_t>>(kDocument, "list") == std::vector<std::int64_t>{1, 2});
  CHECK(field<std::optional<double>>(kDocument, "none") == std::nullopt);
  CHECK(field<std::optional<double>>(kDocument, "half") == 0.5);
  CHECK(field(kDocument, "mixed").size() == 2);
}

TEST_CASE("a field of another type is refused by name, with what was found") {
  CHECK(refusal<std::string>("count") == "field 'count': expected a string, got 3");
  CHECK(refusal<std::int64_t>("half", "a.json:2") == "a.json:2: field 'half': expected an integer, got 0.5");
  CHECK(refusal<std::int64_t>("yes") == "field 'yes': expected an integer, got true");
  CHECK(refusal<std::int64_t>("large") == "field 'large': expected an integer, got 18446744073709551615");
  CHECK(refusal<std::size_t>("minus") == "field 'minus': expected a count, got -1");
  CHECK(refusal<double>("nan") == "field 'nan': expected a finite number, got \"NaN\"");
  CHECK(refusal<bool>("none") == "field 'none': expected true or false, got null");
  CHECK(refusal<std::vector<std::int64_t>>("mixed") == "field 'mixed'[1]: expected an integer, got \"x\"");
  CHECK(refusal<std::vector<std::int64_t>>("text") == "field 'text': expected a list, got \"a\"");
  CHECK(refusal<bool>("absent", "a.json:2") == "a.json:2: field 'absent' is missing");
  CHECK_THROWS_WITH(field(Json(5), "text"), "an object with the field 'text' expected, found number");
  CHECK_THROWS_WITH(json_as<bool>(std::string(100, 'x'), "x"), Catch::EndsWith("xxx…"));
}

TEST_CASE("a struct that lists its fields once is read and written by the list") {
  Settings settings;
  StrictObject read(kDocument, "a.json");
  settings.fields(read);
  CHECK(settings.count == 3);
  CHECK(settings.text == "a");
  CHECK(settings.none == true);  // null keeps the default
  CHECK(settings.yes == true);
  CHECK(settings.list.size() == 2);
  CHECK_THROWS_WITH(read.require_no_others(), Catch::StartsWith("a.json: unknown field 'minus'"));

  FieldWriter write;
  Settings().fields(write);
  CHECK(write.take() == Json{{"count", 7}, {"text", "default"}, {"none", true}});

  const Json wrong{{"list", {1, "x"}}};
  StrictObject reader(wrong, "a.json");
  CHECK_THROWS_WITH(settings.fields(reader), "a.json: list[1]: expected an integer, got \"x\"");
}
