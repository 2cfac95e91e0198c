import * as schemas from "@dataqueues/schemas";
import { expect, test } from "vitest";

test("what the package exports changes only on purpose", () => {
  expect(Object.keys(schemas).toSorted().join(" ")).toMatchInlineSnapshot(
    `"Amplitude BandAveraged GainCalibration GainTable JonesMatrices LagPlot Mask MetricPayload Phase PointingNumpyArray PointingOffsets PointingTable ProcessingStats RcalGainTable ReceiverStats Spectrogram Spectrum UvCoverage Waterfall anyNumber baseline check datasetSchema fromXradio identifier metric metricEnvelope metricPayload metrics numberRows numbers polarisation spectralWindow timestamp"`,
  );
});
