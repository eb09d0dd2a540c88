/** Signatures of a release: approvals by role, and its completion. */
export { approvalOf, completionOf, parsePrivateKey, signStatement, type Approving } from "./sign";
export { type Approval, type Completion } from "./statement";
export { type Signer, type Signers, type SigstoreIdentity } from "./signer";
export { stepApproval, verifyStepApproval, type ApprovedStep, type StepStatement } from "./step";
export { verifyApprovals, verifyCompletion, type Judging, type SignatureVerdict } from "./verify";
