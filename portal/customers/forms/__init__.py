"""What people type about customers, contacts and sites."""

from portal.customers.forms.edits import EditForm, edits
from portal.customers.forms.fields import RegionField
from portal.customers.forms.parts import ContactForm, SiteForm
from portal.customers.forms.start import NewForm

__all__ = ["ContactForm", "EditForm", "NewForm", "RegionField", "SiteForm", "edits"]
