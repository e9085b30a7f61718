/* Valid small files of everyday kinds, filled to a wanted size. */
#include "attack.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void append(struct buffer *b, const void *bytes, size_t count) {
    if (b->count + count > b->capacity) {
        size_t capacity = (b->count + count) * 2;
        uint8_t *grown = realloc(b->bytes, capacity);
        if (grown == NULL) abort();
        b->bytes = grown;
        b->capacity = capacity;
    }
    memcpy(b->bytes + b->count, bytes, count);
    b->count += count;
}

void append_text(struct buffer *b, const char *format, ...) {
    char line[4096];
    va_list arguments;
    va_start(arguments, format);
    int count = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (count < 0 || (size_t)count >= sizeof line) abort();
    append(b, line, (size_t)count);
}

/* SplitMix64 (Steele, Lea, Flood 2014): repeatable contents from a seed. */
uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static const char *pick(const char *const *words, size_t count, uint64_t *state) {
    return words[next_random(state) % count];
}
#define PICK(words, state) pick(words, sizeof(words) / sizeof *(words), state)

static const char *const surnames[] = {"佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村"};
static const char *const given[] = {"太郎", "花子", "健一", "美咲", "翔", "陽菜", "誠", "由美"};
static const char *const offices[] = {"経理部", "営業部", "総務部", "開発部", "人事部"};
static const char *const japanese[] = {
    "本日の会議の議事録を共有します。", "来月の予算案を確認してください。",
    "請求書は月末までに送付する予定です。", "お客様からの問い合わせに回答しました。"};
static const char *const english[] = {
    "The quarterly report is ready for review.", "Please confirm the delivery date by Friday.",
    "Sales rose in the northern region.", "The next meeting takes place in room 4."};

static void fill_txt(struct buffer *b, size_t size, uint64_t *s) {
    while (b->count < size)
        append_text(b, "%s\n%s\n", PICK(japanese, s), PICK(english, s));
}

static void fill_csv(struct buffer *b, size_t size, uint64_t *s) {
    append_text(b, "番号,氏名,部署,金額\n");
    for (unsigned row = 1; b->count < size; row++)
        append_text(b, "%u,%s %s,%s,%u\n", row, PICK(surnames, s), PICK(given, s), PICK(offices, s),
                    (unsigned)(next_random(s) % 1000000));
}

static void fill_html(struct buffer *b, size_t size, uint64_t *s) {
    append_text(b, "<!DOCTYPE html>\n<html lang=\"ja\">\n<head><meta charset=\"utf-8\">"
                   "<title>%s</title></head>\n<body>\n", PICK(offices, s));
    while (b->count < size) append_text(b, "<p>%s %s</p>\n", PICK(japanese, s), PICK(english, s));
    append_text(b, "</body>\n</html>\n");
}

static void fill_rtf(struct buffer *b, size_t size, uint64_t *s) {
    append_text(b, "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Times New Roman;}}\\f0\\fs24\n");
    while (b->count < size) append_text(b, "%s\\par\n", PICK(english, s));
    append_text(b, "}\n");
}

static void fill_pdf(struct buffer *b, size_t size, uint64_t *s) {
    static const char *const objects[] = {
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        ("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
         "/Resources << /Font << /F1 4 0 R >> >> >>"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"};
    struct buffer content = {0};
    append_text(&content, "BT /F1 11 Tf 50 800 Td 14 TL\n");
    while (content.count < size) append_text(&content, "(%s) Tj T*\n", PICK(english, s));
    append_text(&content, "ET\n");
    size_t offsets[5];
    append_text(b, "%%PDF-1.4\n");
    for (size_t i = 0; i < 4; i++) {
        offsets[i] = b->count;
        append_text(b, "%zu 0 obj\n%s\nendobj\n", i + 1, objects[i]);
    }
    offsets[4] = b->count;
    append_text(b, "5 0 obj\n<< /Length %zu >>\nstream\n", content.count);
    append(b, content.bytes, content.count);
    append_text(b, "endstream\nendobj\n");
    free(content.bytes);
    size_t table = b->count;
    append_text(b, "xref\n0 6\n0000000000 65535 f \n");
    for (size_t i = 0; i < 5; i++) append_text(b, "%010zu 00000 n \n", offsets[i]);
    append_text(b, "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", table);
}

static void append_little(struct buffer *b, uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; i++) append(b, &(uint8_t){(uint8_t)(value >> (8 * i))}, 1);
}

static void append_big(struct buffer *b, uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) append(b, &(uint8_t){(uint8_t)(value >> shift)}, 1);
}

static uint32_t crc32_of(const uint8_t *bytes, size_t count) {
    uint32_t table[256], crc = ~0U;
    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = (table[i] >> 1) ^ (0xedb88320U & (0U - (table[i] & 1)));
    }
    for (size_t i = 0; i < count; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >> 8);
    return ~crc;
}

static void append_chunk(struct buffer *b, const char *type, const void *bytes, size_t count) {
    append_big(b, (uint32_t)count);
    size_t start = b->count;
    append(b, type, 4);
    if (count > 0) append(b, bytes, count);
    append_big(b, crc32_of(b->bytes + start, b->count - start));
}

/* zlib with stored blocks (RFC 1950, RFC 1951 §3.2.4). */
static void append_stored_zlib(struct buffer *b, const uint8_t *bytes, size_t count) {
    append(b, "\x78\x01", 2);
    uint32_t low = 1, high = 0;
    for (size_t offset = 0; offset < count;) {
        size_t block = count - offset < 65535 ? count - offset : 65535;
        append_little(b, offset + block == count, 1);
        append_little(b, block, 2);
        append_little(b, ~block, 2);
        append(b, bytes + offset, block);
        offset += block;
    }
    for (size_t i = 0; i < count; i++) {
        low = (low + bytes[i]) % 65521;
        high = (high + low) % 65521;
    }
    append_big(b, high << 16 | low);
}

static void fill_png(struct buffer *b, size_t size, uint64_t *s) {
    enum { WIDTH = 64, LINE = 1 + 3 * WIDTH };
    uint32_t height = (uint32_t)(size / LINE + 1);
    uint8_t tint = (uint8_t)next_random(s);
    struct buffer header = {0}, pixels = {0}, packed = {0};
    append_big(&header, WIDTH);
    append_big(&header, height);
    append(&header, "\x08\x02\0\0\0", 5);
    for (uint32_t y = 0; y < height; y++) {
        append_little(&pixels, 0, 1);
        for (uint32_t x = 0; x < WIDTH; x++)
            append_little(&pixels, (x * 4) | ((y & 255) << 8) | ((uint32_t)tint << 16), 3);
    }
    append_stored_zlib(&packed, pixels.bytes, pixels.count);
    append(b, "\x89PNG\r\n\x1a\n", 8);
    append_chunk(b, "IHDR", header.bytes, header.count);
    append_chunk(b, "IDAT", packed.bytes, packed.count);
    append_chunk(b, "IEND", NULL, 0);
    free(header.bytes);
    free(pixels.bytes);
    free(packed.bytes);
}

static void fill_wav(struct buffer *b, size_t size, uint64_t *s) {
    uint32_t samples = (uint32_t)(size / 2 + 1), period = 40 + (uint32_t)(next_random(s) % 200);
    append(b, "RIFF", 4);
    append_little(b, 36 + samples * 2, 4);
    append(b, "WAVEfmt \x10\0\0\0\x01\0\x01\0", 16);
    append_little(b, 16000, 4);
    append_little(b, 32000, 4);
    append(b, "\x02\0\x10\0data", 8);
    append_little(b, samples * 2, 4);
    for (uint32_t i = 0; i < samples; i++) {
        int phase = (int)(i % period) - (int)(period / 2);
        append_little(b, (uint64_t)(int64_t)(phase * 150), 2);
    }
}

/* Appends a stored zip member to b and its directory record to directory. */
static void append_member(struct buffer *b, struct buffer *directory, const char *name,
                          const struct buffer *data) {
    struct buffer common = {0};
    size_t offset = b->count;
    append(&common, "\x14\0\0\0\0\0\0\0\x21\x58", 10); /* version, flags, stored, 2024-01-01 */
    append_little(&common, crc32_of(data->bytes, data->count), 4);
    append_little(&common, data->count, 4);
    append_little(&common, data->count, 4);
    append_little(&common, strlen(name), 2);
    append_little(&common, 0, 2);
    append(b, "PK\x03\x04", 4);
    append(b, common.bytes, common.count);
    append(b, name, strlen(name));
    append(b, data->bytes, data->count);
    append(directory, "PK\x01\x02\x14\0", 6);
    append(directory, common.bytes, common.count);
    append_little(directory, 0, 10 - 4);
    append_little(directory, 0, 4);
    append_little(directory, offset, 4);
    append(directory, name, strlen(name));
    free(common.bytes);
}

static void fill_docx(struct buffer *b, size_t size, uint64_t *s) {
    static const char *const names[] = {"[Content_Types].xml", "_rels/.rels", "word/document.xml"};
    static const char *const starts[] = {
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default "
        "Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
        "<Override PartName=\"/word/document.xml\" ContentType=\"application/"
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
        "relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>",
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>"};
    struct buffer directory = {0};
    for (size_t i = 0; i < 3; i++) {
        struct buffer data = {0};
        append_text(&data, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n%s", starts[i]);
        while (i == 2 && b->count + data.count < size)
            append_text(&data, "<w:p><w:r><w:t>%s</w:t></w:r></w:p>", PICK(japanese, s));
        if (i == 2) append_text(&data, "</w:body></w:document>");
        append_member(b, &directory, names[i], &data);
        free(data.bytes);
    }
    size_t start = b->count;
    append(b, directory.bytes, directory.count);
    append(b, "PK\x05\x06\0\0\0\0\x03\0\x03\0", 12);
    append_little(b, directory.count, 4);
    append_little(b, start, 4);
    append_little(b, 0, 2);
    free(directory.bytes);
}

const char *const kind_extensions[KIND_COUNT] = {"txt", "csv", "html", "pdf", "png", "wav", "docx", "rtf"};

void fill_file(struct buffer *b, unsigned kind, size_t size, uint64_t *state) {
    static void (*const fillers[KIND_COUNT])(struct buffer *, size_t, uint64_t *) = {
        fill_txt, fill_csv, fill_html, fill_pdf, fill_png, fill_wav, fill_docx, fill_rtf};
    b->count = 0;
    fillers[kind](b, size, state);
}
