// No two types of one name in the program: the linker takes either for both (the one-definition rule). And
// errors of ours are iiet::Error.

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "harness/base/files.hpp"

namespace fs = std::filesystem;
using namespace iiet;

namespace {

/// A type defined at namespace scope. `is_local`: in an anonymous namespace.
struct Definition {
  std::string name, file;
  bool is_local = false;
};

/// The end of a string or character literal that begins at `at`.
std::size_t end_of_literal(std::string_view source, std::size_t at) {
  const char quote = source[at];
  if (quote == '"' && at > 0 && source[at - 1] == 'R') {
    const std::size_t open = source.find('(', at);
    const std::string close = ")" + std::string(source.substr(at + 1, open - at - 1)) + "\"";
    return std::min(source.find(close, open), source.size() - close.size()) + close.size();
  }
  std::size_t end = at + 1;
  while (end < source.size() && source[end] != quote) end += source[end] == '\\' ? 2 : 1;
  return std::min(end + 1, source.size());
}

/// The end of a preprocessor directive.
std::size_t end_of_directive(std::string_view source, std::size_t at) {
  std::size_t end = source.find('\n', at);
  while (end != std::string_view::npos && end > 0 && source[end - 1] == '\\')
    end = source.find('\n', end + 1);
  return std::min(end, source.size());
}

/// The source without comments, literals and preprocessor directives.
std::string code_of(std::string_view source) {
  std::string code;
  for (std::size_t at = 0; at < source.size();) {
    const bool in_number = at > 0 && std::isxdigit(static_cast<unsigned char>(source[at - 1]));
    if (source.substr(at).starts_with("//")) {
      at = std::min(source.find('\n', at), source.size());
    } else if (source.substr(at).starts_with("/*")) {
      at = std::min(source.find("*/", at), source.size() - 2) + 2;
    } else if (source[at] == '"' || (source[at] == '\'' && !in_number)) {
      at = end_of_literal(source, at);
    } else if (source[at] == '#') {
      at = end_of_directive(source, at);
    } else {
      code += source[at++];
    }
  }
  return code;
}

/// What stands before a '{', with single spaces, without a leading `template <…>`.
std::string head_of(std::string text) {
  text = std::regex_replace(text, std::regex("\\s+"), " ");
  text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  while (text.starts_with("template")) {
    std::size_t at = text.find('<'), depth = 0;
    for (; at < text.size(); ++at) {
      if (text[at] == '<') ++depth;
      if (text[at] == '>' && --depth == 0) break;
    }
    text.erase(0, std::min(at + 1, text.size()));
    text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  }
  return text;
}

std::vector<Definition> definitions_of(const std::string& file, std::string_view source) {
  static const std::regex space(R"((inline )?namespace ?([\w:]*) ?)");
  static const std::regex type(
      R"((?:struct|class|union|enum|enum class|enum struct) (?:\[\[[^\]]*\]\] ?)?(\w+)(?: final)? ?(?::[^:].*)?)");
  std::vector<Definition> found;
  std::vector<std::string> spaces;  // names of the namespaces around; "" anonymous
  std::size_t inner = 0;            // open braces that are no namespace's
  std::string text;
  for (const char c : code_of(source)) {
    if (c == '{') {
      const std::string head = head_of(text);
      std::smatch match;
      if (inner == 0 && std::regex_match(head, match, space)) {
        spaces.push_back(match[2]);
      } else {
        if (inner == 0 && std::regex_match(head, match, type)) {
          std::string name;
          for (const std::string& around : spaces) name += around.empty() ? "" : around + "::";
          found.push_back({name + match[1].str(), file, std::count(spaces.begin(), spaces.end(), "") > 0});
        }
        ++inner;
      }
    } else if (c == '}') {
      if (inner > 0)
        --inner;
      else if (!spaces.empty())
        spaces.pop_back();
    }
    if (c == '{' || c == '}' || c == ';')
      text.clear();
    else
      text += c;
  }
  return found;
}

/// One line for each name that several definitions have. Local ones may, each in a source file of its own.
std::vector<std::string> repeated(const std::vector<Definition>& definitions) {
  std::map<std::string, std::vector<Definition>> by_name;
  for (const Definition& definition : definitions) by_name[definition.name].push_back(definition);
  std::vector<std::string> lines;
  for (const auto& [name, all] : by_name) {
    std::set<std::string> files;
    bool is_fine = true;
    for (const Definition& one : all)
      is_fine = files.insert(one.file).second && one.is_local && one.file.ends_with(".cpp") && is_fine;
    if (all.size() == 1 || is_fine) continue;
    lines.push_back(name + ":");
    for (const Definition& one : all) lines.back() += " " + one.file + (one.is_local ? " (local)" : "");
  }
  return lines;
}

/// Lines that raise errors of another type than ours.
std::vector<std::string> foreign_errors(const std::string& file, std::string_view source) {
  static const std::regex foreign(
      R"(\b(TORCH_CHECK\w*|TORCH_INTERNAL_ASSERT\w*|throw std::(?!bad_alloc)\w+|(?:public|struct \w+ :) std::(?:\w+_error|exception)\b))");
  std::vector<std::string> lines;
  const std::string code = code_of(source);
  for (std::sregex_iterator match(code.begin(), code.end(), foreign), end; match != end; ++match)
    lines.push_back(file + ": " + (*match)[1].str());
  return lines;
}

/// Calls `work` with path and content of all code of the program.
template <typename Work>
void for_each_source(const Work& work) {
  std::size_t count = 0;
  for (const char* top : {"harness", "models", "tasks"})
    for (const auto& entry : fs::recursive_directory_iterator(project_root() / top))
      if (const auto suffix = entry.path().extension(); suffix == ".cpp" || suffix == ".hpp") {
        work(entry.path().lexically_relative(project_root()).generic_string(), read_file(entry.path()));
        ++count;
      }
  REQUIRE(count > 100);
}

using Lines = std::vector<std::string>;

std::vector<std::string> repeated_in(const std::map<std::string, std::string>& sources) {
  std::vector<Definition> all;
  for (const auto& [file, source] : sources)
    for (const Definition& definition : definitions_of(file, source)) all.push_back(definition);
  return repeated(all);
}

}  // namespace

TEST_CASE("no two types of the program have one name") {
  std::vector<Definition> all;
  for_each_source([&](const std::string& file, const std::string& source) {
    for (const Definition& definition : definitions_of(file, source)) all.push_back(definition);
  });
  REQUIRE(all.size() > 200);
  CHECK(repeated(all) == Lines{});
}

TEST_CASE("errors of ours are iiet::Error") {
  Lines found;
  for_each_source([&](const std::string& file, const std::string& source) {
    if (file == "harness/base/error.hpp") return;
    for (const std::string& line : foreign_errors(file, source)) found.push_back(line);
  });
  CHECK(found == Lines{});
}

TEST_CASE("types of one name are found") {
  const std::string in_iiet = "namespace iiet {\nstruct PairedTest {\n  int a = 0;\n};\n}\n";
  const std::string local =
      "namespace iiet {\nnamespace {\nclass PairedTest final : public Base<int> { };\n}\n}\n";
  CHECK(repeated_in({{"report/a.hpp", in_iiet}, {"app/b.cpp", in_iiet}}) ==
        Lines{"iiet::PairedTest: app/b.cpp report/a.hpp"});
  CHECK(repeated_in({{"report/a.hpp", in_iiet}, {"app/b.cpp", local}}) ==
        Lines{"iiet::PairedTest: app/b.cpp (local) report/a.hpp"});
  CHECK(repeated_in({{"a.cpp", local}, {"b.hpp", local}}).size() == 1);
  CHECK(repeated_in({{"a.cpp", local}, {"b.cpp", local}}).empty());
  CHECK(repeated_in({{"a.cpp", local + local}}).size() == 1);
  CHECK(repeated_in({{"a.hpp", "template <typename T, int N = f<T>()>\nclass A { };"},
                     {"b.hpp", "enum class A : int { x };"}})
            .size() == 1);
  CHECK(repeated_in({{"a.hpp", "inline namespace v { union A { int i; }; }"},
                     {"b.hpp", "namespace v { struct [[nodiscard]] A { }; }"}})
            .size() == 1);
}

TEST_CASE("what only looks like two types of one name is not taken for it") {
  for (const char* other : {"namespace iiet { struct A; }", "namespace other { struct A { }; }",
                            "// struct A { };\n/* struct A { }; */",
                            "const char* text = \"struct A { };\"; auto raw = R\"x(struct A { };)x\";",
                            "#define X struct A { };\n", "namespace iiet { struct B { struct A { }; }; }",
                            "namespace iiet { void f() { struct A { }; } }",
                            "namespace iiet { template <> struct A<int> { }; template <class A> void g(A a) "
                            "{ } const char q = '{'; }"}) {
    INFO(other);
    CHECK(repeated_in({{"a.hpp", "namespace iiet { struct A { }; }"}, {"b.hpp", other}}).empty());
  }
  CHECK(definitions_of("a.cpp", "int n = 1'000'000; namespace x { struct B { }; }").size() == 1);
}

TEST_CASE("errors of other types are found") {
  CHECK(foreign_errors("a.cpp", "void f() { TORCH_CHECK(x, \"y\"); throw std::runtime_error(\"z\"); }") ==
        Lines{"a.cpp: TORCH_CHECK", "a.cpp: throw std::runtime_error"});
  CHECK(foreign_errors("a.hpp", "class E : public std::runtime_error { };").size() == 1);
  CHECK(foreign_errors("a.cpp", "// throw std::logic_error\nthrow Error(\"x\"); throw std::bad_alloc();")
            .empty());
}
