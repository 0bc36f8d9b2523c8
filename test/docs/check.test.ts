/** The check of a site sees what it should see. */
import { expect, test } from "vitest";
import { checkFiles } from "../../scripts/docs/check/site.ts";

const site = (index: string, rest: Record<string, string> = {}) =>
  checkFiles(
    new Map([["index.html", index], ["sub/other.html", '<h2 id="place">x</h2>'], ...Object.entries(rest)]),
  ).problems;

test("good links and pictures, and links out to papers, are no problem", () => {
  const html =
    '<a href="sub/other.html#place">a</a><a href="#here" id="here">b</a><img src="sub/x.png"><a href="https://arxiv.org/">c</a>';
  expect(site(html, { "sub/x.png": "", "sub/back.html": '<a href="../index.html#here">up</a>' })).toEqual([]);
});

test.each([
  ["a missing page", '<a href="nowhere.html">a</a>', "is not there"],
  ["a missing picture", '<img src="sub/y.png"/>', "is not there"],
  ["a missing place", '<a href="sub/other.html#gone">a</a>', "leads to no such place"],
  ["a missing place on the page itself", '<a href="#gone">a</a>', "leads to no such place"],
  ["an absolute path", '<a href="/sub/other.html">a</a>', "is an absolute path"],
  ["a script from elsewhere", '<script src="https://cdn.example/x.js"></script>', "is loaded from elsewhere"],
  ["a picture from elsewhere", '<img alt="x" src="//cdn.example/x.png">', "is loaded from elsewhere"],
  [
    "a style sheet from elsewhere",
    '<link rel="stylesheet" href="http://cdn.example/x.css">',
    "is loaded from elsewhere",
  ],
  ["a file of one machine", '<img src="file:///tmp/x.png">', "is loaded from elsewhere"],
])("%s is one", (_, html, problem) => {
  expect(site(html)).toEqual([expect.stringContaining(problem)]);
});

test("style sheets are checked as well", () => {
  expect(site("", { "a.css": "a{background:url(x.png)}" })).toEqual([
    expect.stringContaining("is not there"),
  ]);
  expect(site("", { "a.css": '@import "https://fonts.example/x";' })).toEqual([
    expect.stringContaining("is loaded from elsewhere"),
  ]);
});
