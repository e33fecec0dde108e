"""nircheck audits Nasjonalt introduksjonsregister (NIR): rules in, findings out."""

__version__ = "0.1.0"
