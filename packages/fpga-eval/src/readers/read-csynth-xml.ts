import type {
  CycleRange,
  LayerResources,
  ReportedResources,
  ResourceReport,
} from "@cnntargz/contracts";

import { describeInput } from "./describe-input.js";
import { hlsSource } from "./hls-source.js";
import { newReport } from "./new-report.js";
import { readAchievedIfAny, readCount, readCountIfAny, readPeriodIfAny } from "./read-number.js";
import { refuse, type ReportText } from "./report-text.js";
import { childAt, textAt, type XmlElement } from "./xml-tree.js";

/** Name of the DSP element: `DSP48E` in Vivado HLS, `DSP` in Vitis HLS. */
const DSP = /^DSP(48\w*|58)?$/;

/** What is said of the resources below `element`. */
function readResources(report: ReportText, element: XmlElement): ReportedResources {
  const amount = (tag: RegExp) => {
    const found = element.children.find(({ name }) => tag.test(name));
    return found === undefined
      ? null
      : readCount(report, found.text, `${element.name}/${found.name}`);
  };
  return {
    lut: amount(/^LUT$/),
    ff: amount(/^FF$/),
    dsp: amount(DSP),
    bram18: amount(/^BRAM_18K$/),
    uram: amount(/^URAM$/),
  };
}

/** Instances below the top module with what their module takes; only the project's csynth.xml has them. */
function readInstances(report: ReportText, profile: XmlElement): LayerResources[] {
  const modules = new Map(
    (childAt(profile, "ModuleInformation")?.children ?? []).map((module) => [
      textAt(module, "Name"),
      module,
    ]),
  );
  const list = childAt(profile, "RTLDesignHierarchy", "TopModule", "InstancesList");
  return (list?.children ?? []).map((instance) => {
    const name = textAt(instance, "InstName");
    const module = modules.get(textAt(instance, "ModuleName"));
    const resources = module && childAt(module, "AreaEstimates", "Resources");
    if (name === undefined || module === undefined || resources === undefined) {
      return refuse(
        report,
        `lists instance "${name ?? ""}" of module "${textAt(instance, "ModuleName") ?? ""}" without saying what that takes; let the tool write it again`,
      );
    }
    const latency = textAt(
      module,
      "PerformanceEstimates",
      "SummaryOfOverallLatency",
      "Worst-caseLatency",
    );
    return {
      name,
      ...readResources(report, resources),
      latencyCycles: readCountIfAny(report, latency ?? "", `latency of ${name}`),
    };
  });
}

/**
 * Read the `csynth.xml` of Vivado HLS or Vitis HLS, of the top function or of the whole project.
 *
 * @param profile its root element
 * @throws CnntargzError `artifact` when what it must have is missing or no number.
 */
export function readCsynthXml(report: ReportText, profile: XmlElement): ResourceReport {
  const text = (...path: readonly string[]) =>
    textAt(profile, ...path) ??
    refuse(
      report,
      `has no ${path.join("/")}, as the csynth.xml of a design has; give <top>_csynth.xml`,
    );
  const resources = childAt(profile, "AreaEstimates", "Resources");
  const available = childAt(profile, "AreaEstimates", "AvailableResources");
  if (resources === undefined || available === undefined) {
    return refuse(report, "has no AreaEstimates/Resources; give <top>_csynth.xml");
  }
  const cycles = (tag: string) => {
    const path = ["PerformanceEstimates", "SummaryOfOverallLatency", tag] as const;
    return readCountIfAny(report, textAt(profile, ...path) ?? "", tag);
  };
  const latency: CycleRange = {
    min: cycles("Best-caseLatency"),
    average: cycles("Average-caseLatency"),
    max: cycles("Worst-caseLatency"),
  };
  const interval: CycleRange = {
    min: cycles("Interval-min"),
    average: null,
    max: cycles("Interval-max"),
  };
  const version = text("ReportVersion", "Version");
  const isVitis =
    childAt(profile, "UserAssignments", "FlowTarget") !== undefined ||
    resources.children.some(({ name }) => name === "DSP");
  const { source, tool } = hlsSource(version, isVitis ? "Vitis" : "Vivado");
  const ports = (childAt(profile, "InterfaceSummary")?.children ?? []).filter(
    ({ name }) => name === "RtlPorts",
  );
  return newReport({
    source,
    like: "csynth",
    tool,
    design: text("UserAssignments", "TopModelName"),
    device: {
      name: text("UserAssignments", "Part"),
      family: textAt(profile, "UserAssignments", "ProductFamily") ?? null,
      available: readResources(report, available),
      source: "the report",
    },
    clockNs: readPeriodIfAny(
      report,
      text("UserAssignments", "TargetClockPeriod"),
      "TargetClockPeriod",
    ),
    estimatedClockNs: readAchievedIfAny(
      report,
      text("PerformanceEstimates", "SummaryOfTimingAnalysis", "EstimatedClockPeriod"),
      "EstimatedClockPeriod",
    ),
    perLayer: readInstances(report, profile),
    total: readResources(report, resources),
    latencyCycles: latency.max,
    latencyCyclesRange: latency,
    initiationInterval: interval.max,
    initiationIntervalRange: interval,
    input: describeInput(
      ports.map((port) => ({
        name: textAt(port, "name") ?? "",
        direction: textAt(port, "Dir") ?? "",
        bits: readCount(report, textAt(port, "Bits") ?? "", "RtlPorts/Bits"),
        protocol: textAt(port, "IOProtocol") ?? "",
      })),
    ),
  });
}
