#include <catch2/catch.hpp>

#include "harness/base/error.hpp"
#include "harness/eval/request.hpp"
#include "harness/eval/task.hpp"

using namespace iiet;

namespace {

Sample sample(const char* task, const Json& document) { return Registry<Task>::get(task).sample(document); }

Choice choice(const char* task, const Json& document) { return std::get<Choice>(sample(task, document)); }

Generation generation(const char* task, const Json& document) {
  return std::get<Generation>(sample(task, document));
}

using Texts = std::vector<std::string>;

std::string scored_text(const std::string& page) {
  return std::get<Passage>(sample("wikitext", {{"page", page}})).text;
}

Json scene(const char* ctx_a, const char* ctx_b, std::vector<std::string> endings) {
  return {
      {"activity_label", "Rowing"}, {"ctx_a", ctx_a}, {"ctx_b", ctx_b}, {"endings", endings}, {"label", "1"}};
}

Json labelled(std::vector<std::string> texts, std::vector<std::string> labels, const char* key) {
  return {{"question", "Which?"}, {"choices", {{"text", texts}, {"label", labels}}}, {"answerKey", key}};
}

}  // namespace

TEST_CASE("lambada splits at the last U+0020 only") {
  const auto completion =
      std::get<Completion>(sample("lambada_openai", {{"text", "one two\nof\n\nPower\u00a0x"}}));
  CHECK(completion.context == "one");
  CHECK(completion.continuation == " two\nof\n\nPower\u00a0x");
}

TEST_CASE("lambada with a single word has an empty context") {
  const auto completion = std::get<Completion>(sample("lambada_openai", {{"text", "word"}}));
  CHECK(completion.context.empty());
  CHECK(completion.continuation == " word");
}

TEST_CASE("piqa keeps white space of its solutions") {
  const auto c = choice("piqa", {{"goal", "rest "}, {"sol1", " sit. "}, {"sol2", "run"}, {"label", 1}});
  CHECK(c.options[0].context == "Question: rest \nAnswer:");
  CHECK(c.options[0].continuation == "  sit. ");
  CHECK(c.options[0].text == " sit. ");
  CHECK(c.gold == 1);
}

TEST_CASE("hellaswag capitalises the second part and lower-cases its rest") {
  const auto c = choice("hellaswag", scene("A boat.", "then Anna", {"a", "b"}));
  CHECK(c.options[0].context == "Rowing: A boat. Then anna");
  CHECK(c.gold == 1);
}

TEST_CASE("hellaswag takes marks out after stripping, and double spaces once") {
  const auto c = choice(
      "hellaswag", scene("[header] Row [title] Sit.", "[step]", {" [step] pull", "a   b [x", "[y\nz] c"}));
  CHECK(c.options[0].context == "Rowing: Row. Sit. ");
  CHECK(c.options[0].continuation == "  pull");
  CHECK(c.options[1].text == "a  b [x");
  CHECK(c.options[2].text == "[y\nz] c");
}

TEST_CASE("hellaswag takes labels as digits in text or as numbers") {
  Json document = scene("A.", "b", {"a", "b"});
  document["label"] = 1;
  CHECK(choice("hellaswag", document).gold == 1);
  document["label"] = "";
  CHECK_THROWS_WITH(choice("hellaswag", document), Catch::Contains("'label'"));
  document["label"] = "2";
  CHECK_THROWS_WITH(choice("hellaswag", document), Catch::Contains("out of range"));
}

TEST_CASE("winogrande splits at the first blank and strips what follows") {
  const Json document{
      {"sentence", "He gave _ a snake_case name. "}, {"option1", "Al"}, {"option2", "Bo"}, {"answer", "2"}};
  const auto c = choice("winogrande", document);
  CHECK(c.options[1].context == "He gave Bo");
  CHECK(c.options[1].continuation == " a snake_case name.");
  CHECK(c.gold == 1);
  CHECK(Registry<Task>::get("winogrande").target(document) == "a snake_case name.");
}

TEST_CASE("winogrande refuses a sentence without a blank and an unknown answer") {
  Json document{{"sentence", "No blank."}, {"option1", "Al"}, {"option2", "Bo"}, {"answer", "2"}};
  CHECK_THROWS_AS(choice("winogrande", document), InputError);
  document["sentence"] = "A _ b";
  document["answer"] = "";
  CHECK_THROWS_WITH(choice("winogrande", document), Catch::Contains("'answer'"));
}

TEST_CASE("arc looks its key up among the document's own labels") {
  CHECK(choice("arc_easy", labelled({"x", "y", "z"}, {"1", "2", "3"}, "3")).gold == 2);
  CHECK(choice("arc_challenge", labelled({"x", "y"}, {"B", "A"}, "A")).gold == 1);
  CHECK_THROWS_WITH(choice("arc_easy", labelled({"x", "y"}, {"A", "B"}, "1")),
                    Catch::Contains("'answerKey'"));
  CHECK_THROWS_WITH(choice("arc_easy", labelled({"x", "y"}, {"A"}, "A")), Catch::Contains("'choices'"));
}

TEST_CASE("openbookqa shows the bare stem and strips the key on the left") {
  Json document = labelled({"x", "y"}, {"A", "B"}, " B");
  document["question_stem"] = "Birds can";
  const auto c = choice("openbookqa", document);
  CHECK(c.options[0].context == "Birds can");
  CHECK(c.gold == 1);
}

TEST_CASE("sciq strips its support on the left only and puts the right answer last") {
  const auto c = choice("sciq", {{"question", "What?"},
                                 {"distractor1", "a"},
                                 {"distractor2", "b"},
                                 {"distractor3", "c"},
                                 {"correct_answer", "d"},
                                 {"support", " \u2003text "}});
  CHECK(c.options[3].context == "text \nQuestion: What?\nAnswer:");
  CHECK(c.options[3].continuation == " d");
  CHECK(c.gold == 3);
}

TEST_CASE("boolq asks no before yes and takes true as 1") {
  const auto c = choice("boolq", {{"passage", "P."}, {"question", "is it so"}, {"label", true}});
  CHECK(c.options[0].context == "P.\nQuestion: is it so?\nAnswer:");
  CHECK(c.options[0].continuation == " no");
  CHECK(c.options[1].continuation == " yes");
  CHECK(c.gold == 1);
  CHECK_THROWS_WITH(choice("boolq", {{"passage", "P."}, {"question", "q"}, {"label", 2}}),
                    Catch::Contains("'label'"));
}

TEST_CASE("copa joins premise and choice with two spaces, the choice in lower case at its beginning") {
  const Json document{{"premise", " It rained. "},
                      {"choice1", "Été came."},
                      {"choice2", "I stayed."},
                      {"question", "effect"},
                      {"label", 0}};
  const auto c = choice("copa", document);
  CHECK(c.options[0].context == "It rained therefore");
  CHECK(c.options[0].continuation == "  été came.");
  CHECK(c.options[1].text == " i stayed.");
}

TEST_CASE("copa's gold is the first of two equal choices") {
  CHECK(choice("copa", {{"premise", "A."},
                        {"choice1", "Same."},
                        {"choice2", "same."},
                        {"question", "cause"},
                        {"label", 1}})
            .gold == 0);
}

TEST_CASE("wikitext becomes running text") {
  CHECK(scored_text("boys ' hats") == "boys' hats");
  CHECK(scored_text("a @-@ b , c @.@ d @,@ e . f ; g : h ! i ? j") == "a-b, c.d,e. f; g: h! i? j");
  CHECK(scored_text("x ( y ) [ z ] { w } \" v \" u") == "x (y) [z] {w} \"v\" u");
  CHECK(scored_text("( open ( twice ) rest") == "(open ( twice) rest");
  CHECK(scored_text("a ( never closed") == "a ( never closed");
  CHECK(scored_text("5 ° C in N cases") == "5°C in 1 cases");
  CHECK(scored_text(" = = Part = = \n text") == " == Part ==\ntext");
  CHECK(scored_text("the cat 's paw") == "the cat's paw");
  CHECK(scored_text("/' 8/ x") == "/'[0-9]/ x");
}

TEST_CASE("wikitext pairs quotes over line ends") {
  CHECK(scored_text("\" a\n b \" c \" d") == "\"a\nb\" c \" d");
}

TEST_CASE("wikitext counts words and bytes of the page before it is changed") {
  const auto passage = std::get<Passage>(sample("wikitext", {{"page", " a @-@ é \n"}}));
  CHECK(passage.words == 5);  // an empty piece at either end
  CHECK(passage.bytes == 11);
}

TEST_CASE("translations name both languages, and the reference keeps its space") {
  const Json document{{"translation", {{"en", "Good day."}, {"fr", "Bonjour."}}}};
  const auto to_french = generation("wmt14-en-fr", document);
  CHECK(to_french.prompt == "English phrase: Good day.\nFrench phrase:");
  CHECK(to_french.stops == Texts{"\n"});
  CHECK(to_french.max_new_tokens == 256);
  CHECK(to_french.references == Texts{" Bonjour."});
  CHECK(generation("wmt14-fr-en", document).prompt == "French phrase: Bonjour.\nEnglish phrase:");
  CHECK(generation("wmt16-ro-en", {{"translation", {{"en", "Yes."}, {"ro", "Da."}}}}).prompt ==
        "Romanian phrase: Da.\nEnglish phrase:");
  CHECK_THROWS_WITH(generation("wmt14-en-de", document), Catch::Contains("'de'"));
  CHECK_THROWS_WITH(generation("wmt14-en-fr", {{"translation", {{"en", ""}, {"fr", "x"}}}}),
                    Catch::Contains("'en' of 'translation'"));
}

TEST_CASE("summaries are asked for after the article") {
  const auto news = generation("cnn_dailymail_abisee", {{"article", "A b."}, {"highlights", "A .\nB ."}});
  CHECK(news.prompt == "Summarize the following article:\n\nA b.\n\nSummary:");
  CHECK(news.stops.empty());
  CHECK(news.max_new_tokens == 128);
  CHECK(news.references == Texts{"A .\nB ."});
  CHECK(generation("xsum", {{"document", "A."}, {"summary", "B."}}).prompt == "Article: A.\n\nSummary:");
  const auto paper = generation("scitldr", {{"source", {"A.", "B."}}, {"target", {"C.", "D."}}});
  CHECK(paper.prompt == "Article: A. B.\n\nSummary:");
  CHECK(paper.references == Texts{"C.", "D."});
  CHECK_THROWS_WITH(generation("scitldr", {{"source", {"A."}}, {"target", Json::array()}}),
                    Catch::Contains("'target'"));
  CHECK_THROWS_WITH(generation("xsum", {{"document", "A."}, {"summary", ""}}), Catch::Contains("'summary'"));
}

TEST_CASE("dialogsum has one summary or three") {
  const auto one = generation("dialogsum", {{"dialogue", "A: x"}, {"summary", "s"}});
  CHECK(one.prompt == "Dialogue: A: x\n\nSummary:");
  CHECK(one.references == Texts{"s"});
  CHECK(generation("dialogsum", {{"dialogue", "d"}, {"summary1", "a"}, {"summary2", "b"}, {"summary3", "c"}})
            .references == Texts{"a", "b", "c"});
}

TEST_CASE("triviaqa adds a question mark to any question and logs its aliases as a list of Python") {
  const Json document{{"question", "Who?"}, {"answer", {{"aliases", {"O'Hara", "Ann"}}}}};
  CHECK(generation("triviaqa", document).prompt == "Question: Who??\nAnswer:");
  CHECK(Registry<Task>::get("triviaqa").target(document) == R"(["O'Hara", 'Ann'])");
  CHECK_THROWS_WITH(generation("triviaqa", {{"question", "Who?"}, {"answer", {{"aliases", Json::array()}}}}),
                    Catch::Contains("'aliases'"));
}

TEST_CASE("gsm8k compares with the whole solution, gsm8k_cot with its number") {
  const Json document{{"question", "Q"}, {"answer", "1 + 1\n#### 2 "}};
  CHECK(generation("gsm8k", document).references == Texts{"1 + 1\n#### 2 "});
  CHECK(generation("gsm8k_cot", document).references == Texts{"2"});
  CHECK_THROWS_WITH(generation("gsm8k_cot", {{"question", "Q"}, {"answer", "2"}}),
                    Catch::Contains("'answer'"));
}
