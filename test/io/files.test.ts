import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FileError } from "../../src/errors.ts";
import { encodeNpy, encodePng, readBytes, readMap, writeFileAtomic } from "../../src/io/index.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "segtape-io-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("writeFileAtomic", () => {
  test("writes text and bytes, replaces, leaves nothing beside", async () => {
    const path = join(folder, "a.txt");
    await writeFileAtomic(path, "first, and longer");
    await writeFileAtomic(path, Uint8Array.of(0x68, 0x69));
    expect(await readFile(path, "utf8")).toBe("hi");
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("many writers at once: one of them wins whole", async () => {
    const path = join(folder, "race.txt");
    const texts = Array.from({ length: 12 }, (_, i) => String(i).repeat(50_000));
    await Promise.all(texts.map((text) => writeFileAtomic(path, text)));
    expect(texts).toContain(await readFile(path, "utf8"));
  });

  test("a failed rename removes the temporary file and keeps what was there", async () => {
    const inner = join(folder, "inner");
    await mkdir(join(inner, "taken", "full"), { recursive: true });
    const error = await writeFileAtomic(join(inner, "taken"), "text").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FileError);
    expect(await readdir(inner)).toEqual(["taken"]);
  });

  test("a folder that is not there", async () => {
    const path = join(folder, "nowhere", "a.txt");
    await expect(writeFileAtomic(path, "")).rejects.toThrow(
      `writeFileAtomic: cannot write ${path}: no such file or folder`,
    );
  });
});

describe("readBytes", () => {
  test("tells why, naming the file", async () => {
    const missing = join(folder, "missing.png");
    await expect(readBytes(missing)).rejects.toThrow(
      `readBytes: cannot read ${missing}: no such file or folder`,
    );
    await expect(readBytes(folder)).rejects.toThrow(`readBytes: cannot read ${folder}: a folder`);
    await expect(readBytes(missing)).rejects.toBeInstanceOf(FileError);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === "win32")("no permission", async () => {
    const path = join(folder, "secret");
    await writeFile(path, "x");
    await chmod(path, 0);
    await expect(readBytes(path)).rejects.toThrow("no permission");
  });
});

describe("readMap", () => {
  test("a 16-bit PNG as grey values", async () => {
    const path = join(folder, "map.PNG");
    const data = Uint16Array.of(0, 13107, 65535, 65535, 0, 0);
    await writeFileAtomic(path, encodePng({ width: 3, height: 2, channels: 1, data }));
    expect(await readMap(path)).toEqual({
      data: Float64Array.of(0, 0.2, 1, 1, 0, 0),
      shape: [2, 3],
      format: "png",
      depth: 16,
      channels: 1,
      colored: false,
    });
  });

  test("a palette PNG with its indices", async () => {
    const path = join(folder, "labels.png");
    const palette = [
      [0, 0, 0],
      [255, 255, 255],
    ];
    await writeFileAtomic(
      path,
      encodePng({ width: 2, height: 1, channels: 1, data: Uint8Array.of(1, 0), palette }),
    );
    const map = await readMap(path);
    expect([...map.data]).toEqual([1, 0]);
    expect([...(map.indices ?? [])]).toEqual([1, 0]);
  });

  test("a .npy file as it is", async () => {
    const path = join(folder, "p.npy");
    await writeFileAtomic(path, encodeNpy(Uint8Array.of(0, 255), [1, 1, 2]));
    expect(await readMap(path)).toEqual({
      data: Float64Array.of(0, 255),
      shape: [1, 1, 2],
      format: "npy",
      dtype: "u1",
    });
  });

  test("another extension, damaged files: one line with the path", async () => {
    await expect(readMap("scan.jpg")).rejects.toThrow("readMap: scan.jpg has .jpg, expected .png or .npy");
    await expect(readMap("scan")).rejects.toThrow("readMap: scan has no extension, expected .png or .npy");
    const path = join(folder, "not.png");
    await writeFile(path, "hello");
    const error = await readMap(path).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FileError);
    expect((error as Error).message).toMatch(new RegExp(`^decodePng: ${path} is not a PNG file.*$`));
  });
});
