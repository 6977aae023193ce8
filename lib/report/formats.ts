/** The names of the report formats. */
export const REPORT_FORMATS = ["junit", "sarif", "github", "markdown", "json"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];
