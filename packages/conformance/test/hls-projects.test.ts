import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { compareNamed, readResources } from "@cnntargz/orchestrator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const REPORTS = fileURLToPath(new URL("../../fpga-eval/test/fixtures/reports/", import.meta.url));
const CSYNTH = "vivado-2020.1/myproject_csynth";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cnntargz-hls-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const put = (from: string, path: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  cpSync(join(REPORTS, from), join(root, path));
};
/** C-synthesis of a top function with so many LUTs. */
const csynth = (path: string, lut = 2532, top = "myproject") => {
  const xml = readFileSync(join(REPORTS, `${CSYNTH}.xml`), "utf8");
  write(path, xml.replace("<LUT>2532<", `<LUT>${lut}<`).replaceAll("myproject", top));
};
const list = (path: string, top = "myproject", solutions = ["solution1"]) => {
  const names = solutions.map((name) => `<solution name="${name}" status="active"/>`).join("");
  write(path, `<project name="p" top="${top}"><solutions>${names}</solutions></project>`);
};

/** LUTs that C-synthesis says of each design in a folder, and files that are not read. */
async function read(folder = "."): Promise<{ luts: [string, number][]; unread: string[] }> {
  const path = join(root, folder);
  const designs = await readResources(path);
  return {
    luts: designs.flatMap(({ design, reports }) =>
      reports
        .filter(({ report }) => report.like === "csynth")
        .map(({ report }): [string, number] => [
          design.slice(path.length).trim(),
          report.total.lut!,
        ]),
    ),
    unread: designs.flatMap(({ unread }) => unread.map(({ file }) => relative(path, file))),
  };
}

describe("folders that just hold reports", () => {
  it.each(["csynth.xml", "myproject_csynth.xml", "saved/csynth.xml", "a/b/csynth.xml"])(
    "%s",
    async (path) => {
      csynth(path);
      expect(await read()).toEqual({ luts: [["", 2532]], unread: [] });
    },
  );

  it("the project's summary beside the top's own report, which counts", async () => {
    csynth("csynth.xml", 2540);
    csynth("myproject_csynth.xml");
    put(`${CSYNTH}.rpt`, "myproject_csynth.rpt");
    expect(await read()).toEqual({ luts: [["", 2532]], unread: [] });
  });

  it("reports of two top functions are two designs, also with the same numbers", async () => {
    csynth("a_csynth.xml", 100, "a");
    csynth("b_csynth.xml", 100, "b");
    put("written/vivado-hls-2020.1_cosim.rpt", "x_cosim.rpt");
    expect(await read()).toEqual({
      luts: [
        ["(a)", 100],
        ["(b)", 100],
      ],
      unread: [],
    });
    const names = (await readResources(root)).map(({ design }) => design.slice(root.length + 1));
    expect(names).toEqual(["(of no known top)", "(a)", "(b)"]);
  });

  it("every kind of report at once", async () => {
    csynth("csynth.xml");
    put("vivado-2020.1/vivado_synth.rpt", "vivado_synth.rpt");
    put("written/vivado-hls-2020.1_cosim.rpt", "myproject_cosim.rpt");
    put("written/vitis-hls-2024.1_csim.log", "myproject_csim.log");
    write("pom.xml", "<project/>");
    write("power.rpt", "| Command : report_power\n");
    write("build.log", "INFO");
    const [design, ...others] = await readResources(root);
    expect(others).toEqual([]);
    expect(design!.reports.map(({ report }) => report.like)).toEqual([
      "csynth",
      "cosim",
      "csim",
      "synthesis",
    ]);
    expect(design!.unread).toEqual([]);
  });

  it("names what is broken, and shows what is not", async () => {
    csynth("good_csynth.xml");
    write("cut_csynth.xml", readFileSync(join(REPORTS, `${CSYNTH}.xml`), "utf8").slice(0, 900));
    write("noise_csynth.xml", "\u0001\u0002");
    write("other_csynth.rpt", "hello");
    write("vivado_synth.rpt", "");
    write("some.rpt", "");
    write("util.rpt", "\u0000\u0001");
    write("x_cosim.rpt", "killed");
    mkdirSync(join(root, "folder_csynth.xml"));
    symlinkSync(join(root, "gone"), join(root, "link_csynth.xml"));
    expect(await read()).toEqual({
      luts: [["", 2532]],
      unread: [
        "link_csynth.xml",
        "cut_csynth.xml",
        "noise_csynth.xml",
        "other_csynth.rpt",
        "some.rpt",
        "util.rpt",
        "vivado_synth.rpt",
        "x_cosim.rpt",
      ],
    });
  });

  it("a syn/report by itself: the top function, not its modules", async () => {
    csynth("s/syn/report/csynth.xml", 2540);
    csynth("s/syn/report/myproject_csynth.xml");
    csynth("s/syn/report/dense_s_csynth.xml", 7, "dense_s");
    expect(await read("s/syn/report")).toEqual({ luts: [["", 2532]], unread: [] });
  });
});

describe("projects with a list of solutions", () => {
  it("an outer one beside an inner one, and the inner one", async () => {
    list("outer/hls.app");
    csynth("outer/solution1/syn/report/myproject_csynth.xml", 1000);
    list("outer/inner/hls.app");
    csynth("outer/inner/solution1/syn/report/myproject_csynth.xml", 7);
    expect(await read("outer")).toEqual({ luts: [["", 1000]], unread: [] });
    expect(await read("outer/inner")).toEqual({ luts: [["", 7]], unread: [] });
    expect(await read("outer/solution1")).toEqual({ luts: [["", 1000]], unread: [] });
  });

  it("the one that project.tcl names, beside others", async () => {
    write("project.tcl", 'variable project_name\nset project_name "mine"\n');
    list("mine_prj/hls.app", "mine");
    csynth("mine_prj/solution1/syn/report/mine_csynth.xml", 1000, "mine");
    list("old_prj/hls.app");
    csynth("old_prj/solution1/syn/report/myproject_csynth.xml", 7);
    expect(await read()).toEqual({ luts: [["", 1000]], unread: [] });
    expect(await read("old_prj")).toEqual({ luts: [["", 7]], unread: [] });
  });

  it("several, of which none is named, each as a design", async () => {
    for (const [at, name] of ["a", "b"].entries()) {
      list(`${name}/hls.app`);
      csynth(`${name}/solution1/syn/report/myproject_csynth.xml`, at + 1);
    }
    const luts = [
      [`(${join("a", "solution1")})`, 1],
      [`(${join("b", "solution1")})`, 2],
    ];
    expect(await read()).toEqual({ luts, unread: [] });
  });

  it("several folders of hls4ml", async () => {
    for (const [at, name] of ["a", "b"].entries()) {
      list(`${name}/myproject_prj/hls.app`);
      csynth(`${name}/myproject_prj/solution1/syn/report/myproject_csynth.xml`, at + 1);
    }
    expect((await read()).luts.map(([, lut]) => lut)).toEqual([1, 2]);
  });

  it("opened with both tools, which is one project", async () => {
    list("p/vivado_hls.app");
    list("p/hls.app");
    csynth("p/solution1/syn/report/myproject_csynth.xml");
    expect(await read("p")).toEqual({ luts: [["", 2532]], unread: [] });
    expect(await read()).toEqual({ luts: [["", 2532]], unread: [] });
  });

  it("whose list is broken, or of solutions that are gone", async () => {
    write("p/hls.app", "<project><solu");
    csynth("p/solution1/syn/report/myproject_csynth.xml");
    expect(await read("p")).toEqual({ luts: [["", 2532]], unread: ["hls.app"] });
    list("p/hls.app", "myproject", ["solution9"]);
    expect(await read("p")).toEqual({ luts: [["", 2532]], unread: [] });
  });

  it("a solution whose reports are all broken beside one that is read", async () => {
    list("p/hls.app", "myproject", ["solution1", "solution2"]);
    write("p/solution1/syn/report/myproject_csynth.xml", "");
    csynth("p/solution2/syn/report/myproject_csynth.xml");
    expect(await read("p")).toEqual({
      luts: [["(solution2)", 2532]],
      unread: [join("solution1", "syn", "report", "myproject_csynth.xml")],
    });
  });

  it("the summary stands in for a top's report that is broken, modules do not", async () => {
    list("p/hls.app");
    const folder = "p/solution1/syn/report";
    write(`${folder}/myproject_csynth.xml`, "");
    csynth(`${folder}/dense_s_csynth.xml`, 7, "dense_s");
    await expect(readResources(join(root, "p"))).rejects.toThrow(/no report that can be read/);
    csynth(`${folder}/csynth.xml`, 2540);
    const unread = [join("solution1", "syn", "report", "myproject_csynth.xml")];
    expect(await read("p")).toEqual({ luts: [["", 2540]], unread });
  });

  it("a broken report of Vivado deep in impl does not end it, and other kinds go unnamed", async () => {
    list("p/hls.app");
    csynth("p/solution1/syn/report/myproject_csynth.xml");
    const impl = "p/solution1/impl/verilog/report";
    put("written/vivado-2025.1_routed_timing.rpt", `${impl}/timing.rpt`);
    write(`${impl}/drc.rpt`, "| Command : report_drc\n");
    write(`${impl}/status.rpt`, "Design Route Status\n");
    write(`${impl}/utilization.rpt`, "");
    const [design] = await readResources(join(root, "p"));
    expect(design!.reports.map(({ report }) => report.like)).toEqual(["csynth", "post-route"]);
    expect(design!.unread).toMatchObject([
      { why: expect.stringMatching(/utilization\.rpt: is empty/) as string },
    ]);
  });
});

describe("components of Vitis 2024 and later", () => {
  it("are told apart by their folder", async () => {
    csynth("a/hls/syn/report/myproject_csynth.xml", 1);
    csynth("b/hls/syn/report/myproject_csynth.xml", 2);
    expect((await read()).luts).toEqual([
      [`(${join("a", "hls")})`, 1],
      [`(${join("b", "hls")})`, 2],
    ]);
    expect(await read("a")).toEqual({ luts: [["", 1]], unread: [] });
    expect(await read("a/hls")).toEqual({ luts: [["", 1]], unread: [] });
  });

  it("an outer one beside an inner one", async () => {
    csynth("hls/syn/report/myproject_csynth.xml", 1);
    csynth("hls/inner/syn/report/myproject_csynth.xml", 2);
    expect(await read("hls")).toEqual({ luts: [["", 1]], unread: [] });
    expect(await read("hls/inner")).toEqual({ luts: [["", 2]], unread: [] });
  });
});

describe("a project in hls4ml's words", () => {
  it("has the results of the simulations as hls4ml reads them", async () => {
    list("myproject_prj/hls.app");
    csynth("myproject_prj/solution1/syn/report/myproject_csynth.xml");
    write("tb_data/csim_results.log", "0.5 1 \n-0.25 0 \n");
    write("tb_data/rtl_cosim_results.log", "0.5 1\r\n");
    const { projects } = await compareNamed([root], {});
    expect(projects[0]!.hls4ml).toMatchObject({
      CSimResults: [
        ["0.5", "1"],
        ["-0.25", "0"],
      ],
      CosimResults: [["0.5", "1"]],
      CSynthesisReport: { LUT: "2532" },
    });
  });

  it("says which results of a simulation can not be read, and shows the rest", async () => {
    csynth("csynth.xml");
    mkdirSync(join(root, "tb_data/csim_results.log"), { recursive: true });
    const { projects, warnings } = await compareNamed([root], {});
    expect(warnings).toEqual([expect.stringMatching(/csim_results\.log can not be read/)]);
    expect(projects[0]!.hls4ml).toMatchObject({ CSynthesisReport: { LUT: "2532" } });
  });

  it("takes routing before placement, and nothing where two reports contradict each other", async () => {
    const routed = "written/vivado-2025.1_routed_utilization.rpt";
    put(routed, "routed.rpt");
    put("written/vivado-2024.1_placed_hierarchical.rpt", "placed.rpt");
    const lutOf = async () => {
      const { projects, warnings } = await compareNamed([root], {});
      return [projects[0]!.hls4ml?.ImplementationReport?.["TotLUTs"], warnings.length];
    };
    const [design] = await readResources(root);
    const { report } = design!.reports.find(({ report: { like } }) => like === "post-route")!;
    expect(await lutOf()).toEqual([String(report.total.lut), 0]);
    const text = readFileSync(join(REPORTS, routed), "utf8");
    write("again.rpt", text.replace(String(report.total.lut), String(report.total.lut! + 1)));
    expect(await lutOf()).toEqual([undefined, 1]);
  });
});
