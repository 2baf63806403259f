"""metrics.json: what sacrebleu's program prints about small files, and what rouge_score says about small summaries. The texts
are sentences of tasks/samples, the hypotheses changed by a rule."""

import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import sacrebleu
from rouge_score import rouge_scorer, scoring
from sample_texts import rows
from write_golden import write

TRANSLATIONS = [("wmt22_de-en", "en"), ("wmt14_fr-en", "en"), ("wmt16_ro-en", "en"), ("wmt22_en-de", "de"), ("multi30k_en-fr", "fr")]
ROUGE = ["rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum"]
SEED, RESAMPLES = 12345, 1000
# Arguments behind `ref -i a`; `b` is the second system.
CALLS = ["-m bleu chrf ter", "-m bleu -w 4", "-m bleu -tok intl -lc -w 4", "-m bleu -tok char -w 4", "-m bleu -tok none --force -w 4",
         "-m bleu -s floor -sv 0.5 -w 4", "-m bleu -s add-k -w 4", "-m bleu -s none -w 4", "-m chrf -w 4", "-m chrf --chrf-word-order 2 -w 4",
         "-m chrf --chrf-lowercase --chrf-whitespace -w 4", "-m ter -w 4", "-m ter --ter-case-sensitive --ter-normalized -w 4",
         "-m ter --ter-no-punct --ter-asian-support -w 4", "-m bleu chrf ter --confidence -w 2", "-m bleu -sl -w 3", "-m bleu -f text",
         "-m bleu chrf ter -f text --confidence --confidence-n 200"]
TWO_SYSTEMS = ["-m bleu chrf ter --paired-bs -f text", "-m bleu chrf --paired-ar --paired-ar-n 500 -f text"]
TWO_REFERENCES = ["-m bleu chrf ter -w 4", "-m bleu -sl -f text"]


def changed(sentence, draw):
    """Drops, repeats and swaps words."""
    words = []
    for word in sentence.split():
        chance = draw.random()
        if chance < 0.1:
            continue
        words.append(word if chance > 0.18 else word.lower()[::-1])
        if chance > 0.93:
            words.append(word)
    if len(words) > 3 and draw.random() < 0.5:
        at = draw.randrange(len(words) - 2)
        words[at], words[at + 2] = words[at + 2], words[at]
    return " ".join(words)


def translations(root):
    references = [row["translation"][language] for name, language in TRANSLATIONS for row in rows(root, name)]
    files = {"ref": references}
    for name, seed in (("a", 1), ("b", 2), ("ref2", 3)):
        draw = random.Random(seed)
        files[name] = [changed(sentence, draw) for sentence in references]
    files["a"][3] = ""  # a system may say nothing
    return files


def printed(files, arguments):
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in files.items():
            (Path(folder) / name).write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        done = subprocess.run([sys.executable, "-m", "sacrebleu", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return {"arguments": arguments, "out": done.stdout}


def tokenised(files):
    """BLEU of text as it stands, which is multi-bleu.perl's and fairseq's on text that is tokenised already."""
    bleu = sacrebleu.BLEU(tokenize="none", smooth_method="none", force=True)
    score = bleu.corpus_score(files["a"], [files["ref"]])
    return {"score": score.score, "precisions": score.precisions, "bp": score.bp, "hyp_len": score.sys_len, "ref_len": score.ref_len}


def summaries(root):
    draw = random.Random(4)
    pairs = []
    for name, source, target in (("xsum", "document", "summary"), ("dialogsum", "dialogue", "summary1"),
                                 ("cnn_dailymail_abisee", "article", "highlights")):
        for row in rows(root, name):
            sentences = row[source].replace("\n", ". ").split(". ")
            pairs.append({"prediction": changed(". ".join(sentences[:2]), draw).replace(". ", ".\n"), "targets": [row[target]]})
    for pair in pairs[::3]:  # several targets: the best counts
        pair["targets"].append(changed(pair["targets"][0], draw))
    return pairs


def rouge(pairs, stems):
    scorer = rouge_scorer.RougeScorer(ROUGE, use_stemmer=stems)
    documents = [scorer.score_multi(pair["targets"], pair["prediction"]) for pair in pairs]
    numpy.random.seed(SEED)
    aggregator = scoring.BootstrapAggregator(n_samples=RESAMPLES)
    for scores in documents:
        aggregator.add_scores(scores)
    intervals = {name: [list(part) for part in entry] for name, entry in aggregator.aggregate().items()}
    means = {name: [sum(scores[name][i] for scores in documents) / len(documents) for i in range(3)] for name in ROUGE}
    return {"use_stemmer": stems, "means": means, "low_mid_high": intervals}


def make(root, folder):
    files, pairs = translations(root), summaries(root)
    calls = [printed(files, ["ref", "-i", "a", *call.split()]) for call in CALLS]
    calls += [printed(files, ["ref", "-i", "a", "b", *call.split()]) for call in TWO_SYSTEMS]
    calls += [printed(files, ["ref", "ref2", "-i", "b", *call.split()]) for call in TWO_REFERENCES]
    write(folder / "metrics.json", {"files": files, "sacrebleu": calls, "tokenised": tokenised(files), "summaries": pairs,
                                    "rouge": [rouge(pairs, stems) for stems in (False, True)]})
