"""What goes to other systems: the weekly file of answers, and referrals as HL7 FHIR."""
