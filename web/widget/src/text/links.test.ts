import { describe, expect, it } from "vitest";

import { mapUrl, pieces, safeUrl, telephone } from "./links";

describe("safeUrl", () => {
  it.each(["https://a.example/x?y=1", "http://a.example/", "tel:12345"])("follows %s", (url) => {
    expect(safeUrl(url)).toBe(url);
  });

  it.each([
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://a.example/1",
    "//a.example/x",
    "/guides/1",
    "",
  ])("does not follow %j", (url) => {
    expect(safeUrl(url)).toBeNull();
  });
});

describe("pieces", () => {
  it("cuts addresses out of Chinese text without its punctuation", () => {
    expect(pieces("见 https://a.example/x?b=1。另见http://b.example/（电脑端）")).toEqual([
      { text: "见 ", href: null },
      { text: "https://a.example/x?b=1", href: "https://a.example/x?b=1" },
      { text: "。另见", href: null },
      { text: "http://b.example/", href: "http://b.example/" },
      { text: "（电脑端）", href: null },
    ]);
  });

  it.each([
    "",
    "没有地址",
    "https://",
    'x https://a.example/"onclick=alert(1) <b>',
    "javascript:alert(1) https://a.example.",
    "https://a.example/(x)).",
  ])("loses and adds nothing: %j", (text) => {
    expect(
      pieces(text)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  });

  it("ends an address before a quote or a tag", () => {
    const [, link] = pieces('x https://a.example/y"onmouseover="z');
    expect(link?.text).toBe("https://a.example/y");
  });
});

describe("telephone", () => {
  it.each([
    ["0532-12345678（工作日）", "tel:053212345678"],
    ["12345", "tel:12345"],
    ["电话 +86 10 1234 5678 转 2", "tel:+861012345678"],
    ["没有", null],
    ["1", null],
  ])("%s", (text, href) => {
    expect(telephone(text)).toBe(href);
  });
});

describe("mapUrl", () => {
  const pattern = "https://map.example/?q={lat},{lon}&n={name}";

  it("fills the pattern, the name encoded", () => {
    expect(mapUrl(pattern, 36.1, 120.3, "大厅 &<")).toBe(
      "https://map.example/?q=36.1,120.3&n=%E5%A4%A7%E5%8E%85%20%26%3C",
    );
  });

  it("is nothing without pattern or coordinates, or when the pattern is not an address to follow", () => {
    expect(mapUrl("", 36, 120, "x")).toBeNull();
    expect(mapUrl(pattern, null, 120, "x")).toBeNull();
    expect(mapUrl("javascript:{name}", 1, 2, "alert(1)")).toBeNull();
  });
});
