import type {
  BitExact,
  Requirements,
  ResourceEstimate,
  TrainedModel,
  TriggerPerformance,
  Verdict,
} from "@cnntargz/contracts";

/** One model in tables and figures. */
export interface ReportModel {
  /** Such as `QStudent 4 bit`; different for each model. */
  readonly label: string;
  /** The training behind it; null for a model that was not trained here. */
  readonly model: TrainedModel | null;
  /** Its trigger performance on the test set. */
  readonly performance: TriggerPerformance;
}

/** What figures are drawn from. */
export interface FigureInput {
  /** In the order of tables and legends; the judged one anywhere. */
  readonly models: readonly ReportModel[];
  /** What the firmware takes, layer by layer; null when there is none. */
  readonly resources: ResourceEstimate | null;
  readonly requirements: Requirements;
}

/** Everything a report tells, as plain artifacts. */
export interface ReportInput extends FigureInput {
  readonly title: string;
  /** Label of the model that the verdict, the resources and the bit-exactness are about. */
  readonly judged: string;
  readonly resources: ResourceEstimate;
  readonly verdict: Verdict;
  readonly bitExact: BitExact;
  /** Further facts about the run, in order: digests, seed, backend, versions. */
  readonly provenance: readonly { readonly name: string; readonly value: string }[];
}
