"""tokenizers.json: ids, pieces and texts of SentencePiece for the shipped tokenizer.model, and of Hugging Face tokenizers for a
byte-level BPE of our own, byte_level_bpe/tokenizer.json, which is trained here on the texts of tasks/samples."""

import sentencepiece
from sample_texts import all_texts
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from write_golden import write

AWKWARD = [
    "", " ", "  ", "a", " a", "a ", "   three spaces   between  ", "tab\there", "line\nbreak", "\n\n", "\r\n", " \n ",
    "don't we'll I'M they'RE o'clock '' \"quoted\"", "1234567890 3.14159 12,345.67 ½ ², №5", "x=y+z*(a-b)/c % d ** e;",
    "CamelCase snake_case kebab-case ALLCAPS", "naïve façade Ångström Straße ŒUVRE ıİ", "na\u0308ive cafe\u0301", "ﬁ ligature ﬂ",
    "Ελληνικά русский עברית العربية हिन्दी ไทย", "日本語の文章、中文句子。한국어 문장", "emoji 🙂 👩‍👩‍👧 🇨🇭 🏳️‍🌈", "\u00a0nbsp\u00a0\u2003em\u200bzero",
    "a\u0000b\u0001c", "\ufeffBOM", "\u2581underline \u2581", "<s> </s> <unk> <0x41>", "<|endoftext|>", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "Pneumonoultramicroscopicsilicovolcanoconiosis", "https://example.org/path?query=1&b=2#part", "e-mail: a.b@c.example",
    "…—–‘’“”«»", "The end.", " The end", "the THE The tHe", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "\U0010ffff", "ab" * 40,
]
EVERY = 9  # of the sample texts, this one is taken
BYTE_LEVEL = "byte_level_bpe/tokenizer.json"


def train_byte_level(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=700, special_tokens=["<|endoftext|>"], show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def make(root, folder):
    texts = all_texts(root)
    lines = AWKWARD + texts[::EVERY]
    (folder / "byte_level_bpe").mkdir(exist_ok=True)
    train_byte_level(texts).save(str(folder / BYTE_LEVEL), pretty=False)
    byte_level = Tokenizer.from_file(str(folder / BYTE_LEVEL))
    model = "models/checkpoints/transformer/tokenizer.model"
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(root / model))
    encoded = [byte_level.encode(line) for line in lines]
    write(folder / "tokenizers.json", {
        "lines": lines,
        "sentencepiece": [[pieces.encode(line), pieces.encode(line, out_type=str), pieces.decode(pieces.encode(line))]
                          for line in lines],
        "byte_level_bpe": [[e.ids, e.tokens, byte_level.decode(e.ids, skip_special_tokens=False)] for e in encoded],
    })
