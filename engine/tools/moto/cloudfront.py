"""What CloudFront does and moto 5.2.5 does not; looked at anew when the pin in requirements.txt moves."""

from moto.cloudfront import models

make_origin = models.Origin.__init__
make_invalidation = models.Invalidation.__init__
new_invalidation = models.CloudFrontBackend.create_invalidation


def keep_access_control(self, origin):
    """moto drops an origin's access control."""
    make_origin(self, origin)
    self.origin_access_control_id = origin.get("OriginAccessControlId") or ""


def spell_status(self, *arguments):
    """moto writes COMPLETED; the waiters of the SDKs know only the service's own spelling."""
    make_invalidation(self, *arguments)
    self.status = "Completed"


def create_invalidation(self, dist_id, paths, caller_ref):
    """A reference that was seen, with the same paths, is answered with the invalidation of that time."""
    for known in self.invalidations.get(dist_id, []):
        if (known.caller_ref, known.paths) == (caller_ref, paths):
            return known
    return new_invalidation(self, dist_id, paths, caller_ref)


def repair():
    models.Origin.__init__ = keep_access_control
    models.Invalidation.__init__ = spell_status
    models.CloudFrontBackend.create_invalidation = create_invalidation
